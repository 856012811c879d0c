// SPDX-License-Identifier: Apache-2.0
#include "transport/dtls/dtls_records.h"

#include <gtest/gtest.h>

#include <vector>

namespace continuo {
namespace {

std::vector<uint8_t> Record(size_t fragment, uint8_t type = 22) {
  std::vector<uint8_t> record(13 + fragment);
  ByteWriter writer(record);
  writer.U8(type);
  writer.U16(0xfefd);
  writer.U64(1);
  writer.U16(static_cast<uint16_t>(fragment));
  return record;
}

std::vector<uint8_t> operator+(std::vector<uint8_t> a, const std::vector<uint8_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(DtlsRecords, AreRecognised) {
  EXPECT_EQ(DtlsRecordSize(Record(5)), 18u);
  EXPECT_TRUE(IsDtlsRecords(Record(5) + Record(0, 20) + Record(9, 23)));
}

TEST(DtlsRecords, AreNotTakenForOtherThings) {
  const auto record = Record(5);
  for (size_t size = 0; size < record.size(); ++size) {
    EXPECT_FALSE(IsDtlsRecords(ByteView(record).first(size))) << size;
  }
  EXPECT_FALSE(IsDtlsRecords(record + std::vector<uint8_t>{0}));
  EXPECT_FALSE(IsDtlsRecords(Record(5, 19)));
  EXPECT_FALSE(IsDtlsRecords(Record(5, 24)));
  auto tls = record;
  tls[1] = 3;
  EXPECT_FALSE(IsDtlsRecords(tls));
}

TEST(DtlsRecords, FillDatagramsButAreNeverSplit) {
  const auto flight = Record(500) + Record(500) + Record(500) + Record(1187) + Record(10);
  ByteView rest(flight);
  EXPECT_EQ(TakeDtlsDatagram(rest, 1200).size(), 2 * 513u);
  EXPECT_EQ(TakeDtlsDatagram(rest, 1200).size(), 513u);
  EXPECT_EQ(TakeDtlsDatagram(rest, 1200).size(), 1200u);
  EXPECT_EQ(TakeDtlsDatagram(rest, 1200).size(), 23u);
  EXPECT_TRUE(rest.empty());
}

}  // namespace
}  // namespace continuo
