// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/choice/render_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RenderNodesTest : public ::testing::Test {
 protected:
  RenderNodesTest() {
    char directory[] = "/tmp/continuo-dri-XXXXXX";
    EXPECT_NE(::mkdtemp(directory), nullptr);
    directory_ = directory;
  }
  ~RenderNodesTest() override { std::filesystem::remove_all(directory_); }
  void Make(const std::string& name) { std::ofstream(directory_ + "/" + name) << 'x'; }

  std::string directory_;
};

TEST_F(RenderNodesTest, AreInOrderOfNumberAndNothingElse) {
  for (const char* name :
       {"renderD129", "renderD128", "renderD1000", "card0", "renderD", "renderDx", "renderD128x",
        "renderD-1", "xrenderD128", "renderD99999999999"}) {
    Make(name);
  }
  std::filesystem::create_directory(directory_ + "/by-path");
  EXPECT_THAT(RenderNodes(directory_),
              ElementsAre(directory_ + "/renderD128", directory_ + "/renderD129",
                          directory_ + "/renderD1000"));
}

TEST_F(RenderNodesTest, AreNoneWhereThereAreNone) {
  EXPECT_THAT(RenderNodes(directory_), IsEmpty());
  EXPECT_THAT(RenderNodes(directory_ + "/none"), IsEmpty());
  Make("file");
  EXPECT_THAT(RenderNodes(directory_ + "/file"), IsEmpty());
}

}  // namespace
}  // namespace continuo
