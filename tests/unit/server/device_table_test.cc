// SPDX-License-Identifier: Apache-2.0
#include "server/device_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace continuo {
namespace {

using ::testing::HasSubstr;

constexpr char kFirst[] = "/dev/dri/renderD128";
constexpr char kSecond[] = "/dev/dri/renderD129";

// A table whose self-tests end when the test says so.
class DeviceTableTest : public ::testing::Test {
 protected:
  void Have(const std::vector<std::string>& wishes) {
    std::vector<DeviceWish> parsed;
    for (const std::string& wish : wishes) parsed.push_back(*ParseDeviceWish(wish));
    table_ = std::make_unique<DeviceTable>(
        std::move(parsed),
        [this](const DeviceSpec& spec, std::function<void(Result<SelfTestReport>)> done) {
          tests_.emplace_back(ToString(spec), std::move(done));
        });
    table_->Register(registry_);
    table_->TestAll();
  }
  // Ends the first test that is under way on this spec.
  void End(std::string_view spec, Result<SelfTestReport> result) {
    const auto found = std::ranges::find(tests_, spec, [](const auto& test) { return test.first; });
    ASSERT_NE(found, tests_.end()) << spec << " is not being tested";
    const auto done = std::move(found->second);
    tests_.erase(found);
    done(std::move(result));
  }
  void Pass(std::string_view spec) {
    SelfTestReport report;
    report.passed = true;
    report.driver = "Software 1.0";
    End(spec, report);
  }
  void Refuse(std::string_view spec, std::string why) {
    SelfTestReport report;
    report.error = std::move(why);
    End(spec, report);
  }
  void HaveTwoReady() {
    Have({kFirst, kSecond});
    Pass("vaapi:/dev/dri/renderD128");
    Pass("vaapi:/dev/dri/renderD129");
  }

  std::unique_ptr<DeviceLease> Take(const std::string& where = "auto") {
    return table_->Take(*table_->Find(where));
  }
  std::string TakeNow(const std::string& where = "auto") { return ToString(Take(where)->spec()); }
  DeviceView View(const std::string& id) {
    for (const DeviceView& view : table_->Views()) {
      if (view.id == id) return view;
    }
    ADD_FAILURE() << "no device " << id;
    return {};
  }
  // A room that keeps VA-API busy for `busy` of each second, for as long as it takes to believe it.
  static void Work(DeviceLease& lease, TimeDelta busy) {
    for (int second = 1; second <= 8; ++second) {
      EngineGrowth growth;
      growth.Of(Stage::kEncode, Backend::kVaapi).busy = busy;
      growth.missed_ticks = 1;
      lease.Report(growth, Timestamp::Millis(1000 * second));
    }
  }

  std::vector<std::pair<std::string, std::function<void(Result<SelfTestReport>)>>> tests_;
  MetricRegistry registry_;
  std::unique_ptr<DeviceTable> table_;
};

TEST_F(DeviceTableTest, RoomsAreOnTheCpuUntilADeviceHasPassed) {
  Have({kFirst});
  EXPECT_EQ(View("renderD128").state, DeviceState::kTesting);
  EXPECT_EQ(View("renderD128").spec, kFirst);
  EXPECT_EQ(TakeNow(), "cpu");
  Pass("vaapi:/dev/dri/renderD128");
  EXPECT_EQ(View("renderD128").state, DeviceState::kReady);
  EXPECT_EQ(View("renderD128").spec, "vaapi:/dev/dri/renderD128");
  EXPECT_EQ(View("renderD128").driver, "Software 1.0");
  EXPECT_EQ(TakeNow(), "vaapi:/dev/dri/renderD128");
  EXPECT_TRUE(tests_.empty());
}

TEST_F(DeviceTableTest, TheFirstWayThatPassesIsUsed) {
  Have({kFirst});
  Refuse("vaapi:/dev/dri/renderD128", "no driver");
  EXPECT_EQ(View("renderD128").state, DeviceState::kTesting);
  Pass("vpl:/dev/dri/renderD128");
  EXPECT_EQ(TakeNow(), "vpl:/dev/dri/renderD128");
  EXPECT_EQ(View("renderD128").reason, "");
}

TEST_F(DeviceTableTest, ADeviceThatDoesNotPassIsNotUsedAndSaysWhy) {
  Have({kFirst});
  Refuse("vaapi:/dev/dri/renderD128", "no \x1b driver");
  End("vpl:/dev/dri/renderD128", Fail(ErrorCode::kUnavailable, "the self-test hung"));
  EXPECT_EQ(View("renderD128").state, DeviceState::kRefused);
  EXPECT_EQ(View("renderD128").reason, "vaapi: no ? driver; vpl: the self-test hung");
  EXPECT_EQ(TakeNow(), "cpu");
  EXPECT_THAT(registry_.Serialize(),
              HasSubstr("continuo_device_state{device=\"renderD128\",state=\"refused\"} 1\n"));
}

TEST_F(DeviceTableTest, RoomsSpreadOverDevicesThatAreEquallyBusy) {
  HaveTwoReady();
  const auto first = Take();
  const auto second = Take();
  EXPECT_EQ(ToString(first->spec()), "vaapi:/dev/dri/renderD128");
  EXPECT_EQ(ToString(second->spec()), "vaapi:/dev/dri/renderD129");
  EXPECT_EQ(View("renderD128").rooms, 1);
}

TEST_F(DeviceTableTest, ANewRoomGoesWhereTheLeastIsDone) {
  HaveTwoReady();
  const auto busy = Take("renderD128");
  Work(*busy, TimeDelta::Millis(700));
  EXPECT_NEAR(View("renderD128").load, 0.7, 0.01);
  // Three rooms that do little weigh less than the one that does much.
  std::vector<std::unique_ptr<DeviceLease>> calm;
  for (int i = 0; i < 3; ++i) {
    calm.push_back(Take());
    EXPECT_EQ(ToString(calm.back()->spec()), "vaapi:/dev/dri/renderD129");
    Work(*calm.back(), TimeDelta::Millis(50));
  }
  EXPECT_NEAR(View("renderD129").load, 0.15, 0.01);
  const std::string scrape = registry_.Serialize();
  EXPECT_THAT(scrape, HasSubstr("continuo_device_rooms{device=\"renderD129\"} 3\n"));
  EXPECT_THAT(scrape, HasSubstr("continuo_device_missed_ticks_total{device=\"renderD128\"} 8\n"));
}

TEST_F(DeviceTableTest, ARoomThatHasJustStartedCountsForMoreThanNothing) {
  HaveTwoReady();
  const auto idle = Take("renderD128");
  Work(*idle, TimeDelta::Millis(20));
  const auto fresh = Take();  // nothing is on the other one
  EXPECT_EQ(ToString(fresh->spec()), "vaapi:/dev/dri/renderD129");
  EXPECT_EQ(TakeNow(), "vaapi:/dev/dri/renderD128");
}

TEST_F(DeviceTableTest, ARoomIsNotMovedAwayFromItsOwnLoad) {
  HaveTwoReady();
  const auto room = Take("renderD128");
  const auto other = Take("renderD129");
  Work(*room, TimeDelta::Millis(700));
  Work(*other, TimeDelta::Millis(100));
  EXPECT_EQ(ToString(table_->WouldTake({}, room.get())), "vaapi:/dev/dri/renderD128");
  const auto neighbour = Take("renderD128");
  Work(*neighbour, TimeDelta::Millis(200));
  EXPECT_EQ(ToString(table_->WouldTake({}, room.get())), "vaapi:/dev/dri/renderD129");
}

TEST_F(DeviceTableTest, ARoomStaysAmongDevicesThatAreEquallyBusy) {
  HaveTwoReady();
  const auto room = Take("renderD129");
  EXPECT_EQ(ToString(table_->WouldTake({}, room.get())), "vaapi:/dev/dri/renderD129");
}

TEST_F(DeviceTableTest, TheLoadOfARoomGoesWithIt) {
  HaveTwoReady();
  auto busy = Take("renderD128");
  Work(*busy, TimeDelta::Millis(700));
  busy.reset();
  EXPECT_EQ(View("renderD128").load, 0);
  EXPECT_EQ(View("renderD128").rooms, 0);
}

TEST_F(DeviceTableTest, NonsenseFromAMixerIsNoLoadBeyondReason) {
  HaveTwoReady();
  const auto hostile = Take();
  EngineGrowth growth;
  growth.Of(Stage::kDecode, Backend::kVaapi).busy = TimeDelta::Seconds(1000);
  for (int i = 0; i < 5; ++i) hostile->Report(growth, Timestamp::Millis(1));
  EXPECT_LE(View("renderD128").load, 64);
}

TEST_F(DeviceTableTest, ADeviceThatFailedARoomGetsNoOther) {
  HaveTwoReady();
  const auto victim = Take("renderD128");
  const auto neighbour = Take("renderD128");
  victim->Failed("a call did not return");
  EXPECT_EQ(View("renderD128").state, DeviceState::kFailed);
  EXPECT_EQ(View("renderD128").reason, "a call did not return");
  EXPECT_EQ(TakeNow(), "vaapi:/dev/dri/renderD129");
  EXPECT_EQ(TakeNow("renderD128"), "cpu");
  // The neighbour works on, and is still counted there.
  EXPECT_EQ(ToString(neighbour->spec()), "vaapi:/dev/dri/renderD128");
  EXPECT_EQ(View("renderD128").rooms, 2);
  EXPECT_EQ(table_->CheckUsable(*table_->Find("renderD128")).error().detail,
            "failed: a call did not return");
  EXPECT_THAT(registry_.Serialize(),
              HasSubstr("continuo_device_failures_total{device=\"renderD128\"} 1\n"));
}

TEST_F(DeviceTableTest, AFailedDeviceIsBackOnceTheOperatorHadItTested) {
  HaveTwoReady();
  Take("renderD128")->Failed("lost");
  std::optional<DeviceView> after;
  table_->Test("renderD128", [&](Result<DeviceView> view) { after = *view; });
  EXPECT_EQ(View("renderD128").state, DeviceState::kTesting);
  EXPECT_EQ(TakeNow("renderD128"), "cpu");
  EXPECT_FALSE(after);
  Pass("vaapi:/dev/dri/renderD128");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->state, DeviceState::kReady);
  EXPECT_EQ(TakeNow("renderD128"), "vaapi:/dev/dri/renderD128");
}

TEST_F(DeviceTableTest, ARoomThatFailsDuringATestOutweighsIt) {
  HaveTwoReady();
  const auto room = Take("renderD128");
  table_->Test("renderD128", [](const auto&) {});
  room->Failed("lost");
  Pass("vaapi:/dev/dri/renderD128");
  EXPECT_EQ(View("renderD128").state, DeviceState::kFailed);
  EXPECT_EQ(View("renderD128").reason, "lost");
}

TEST_F(DeviceTableTest, TwoWhoAskForATestShareIt) {
  Have({kFirst});
  int heard = 0;
  for (int i = 0; i < 2; ++i) table_->Test("renderD128", [&](const auto&) { ++heard; });
  ASSERT_EQ(tests_.size(), 1u);
  Pass("vaapi:/dev/dri/renderD128");
  EXPECT_EQ(heard, 2);
  EXPECT_TRUE(tests_.empty());
}

TEST_F(DeviceTableTest, OnlyDevicesAreTested) {
  Have({});
  std::vector<ErrorCode> codes;
  for (const char* id : {"cpu", "renderD200"}) {
    table_->Test(id, [&](const Result<DeviceView>& view) { codes.push_back(view.error().code); });
  }
  EXPECT_THAT(codes, ::testing::ElementsAre(ErrorCode::kInvalidArgument, ErrorCode::kNotFound));
}

TEST_F(DeviceTableTest, OneDeadMixerIsNotTheDevicesFaultButManyAre) {
  HaveTwoReady();
  for (int i = 0; i < 2; ++i) Take("renderD128")->MixerDied(Timestamp::Millis(1000 * i));
  EXPECT_EQ(View("renderD128").state, DeviceState::kReady);
  Take("renderD128")->MixerDied(Timestamp::Millis(62'000));  // the others are long ago
  EXPECT_EQ(View("renderD128").state, DeviceState::kReady);
  for (int i = 0; i < 2; ++i) Take("renderD128")->MixerDied(Timestamp::Millis(63'000));
  EXPECT_EQ(View("renderD128").state, DeviceState::kFailed);
  for (int i = 0; i < 5; ++i) Take("cpu")->MixerDied(Timestamp::Millis(70'000));
  EXPECT_EQ(View("cpu").state, DeviceState::kReady);
}

TEST_F(DeviceTableTest, DevicesAreFoundByIdPathAndSpec) {
  Have({kFirst, "vpl:/dev/dri/renderD129", "/other/renderD128"});
  EXPECT_TRUE(table_->Find("auto")->automatic);
  EXPECT_EQ(table_->Find("cpu")->device, "cpu");
  EXPECT_EQ(table_->Find("renderD128")->device, "renderD128");
  EXPECT_EQ(table_->Find(kFirst)->device, "renderD128");
  EXPECT_EQ(table_->Find("vpl:/dev/dri/renderD128")->device, "renderD128");
  EXPECT_EQ(table_->Find("vpl:/dev/dri/renderD129")->device, "vpl-renderD129");
  EXPECT_EQ(table_->Find("/other/renderD128")->device, "renderD128-2");
  EXPECT_EQ(table_->Find("vaapi:/dev/dri/renderD129").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(table_->Find(""));
  Pass("vaapi:/dev/dri/renderD128");
  // It is used by VA-API now, and by nothing else.
  EXPECT_TRUE(table_->Find("vaapi:/dev/dri/renderD128"));
  EXPECT_FALSE(table_->Find("vpl:/dev/dri/renderD128"));
}

TEST(WishesOfTest, TheCpuAloneIsNoWish) {
  EXPECT_TRUE(WishesOf(*ParseDeviceChoice({"cpu"})).empty());
  EXPECT_EQ(WishesOf(*ParseDeviceChoice({kFirst, kSecond})).size(), 2u);
}

}  // namespace
}  // namespace continuo
