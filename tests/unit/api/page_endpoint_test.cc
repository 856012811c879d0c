// SPDX-License-Identifier: Apache-2.0
#include "api/page_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "api/web_asset.h"

namespace continuo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

class PageTest : public ::testing::Test {
 protected:
  PageTest() { AddPageRoutes(router_); }
  HttpResponse Get(std::vector<std::string> path, std::string if_none_match = {}) {
    HttpRequest request;
    request.method = HttpMethod::kGet;
    request.path = std::move(path);
    request.if_none_match = std::move(if_none_match);
    HttpResponse got;
    router_.Handle(request, [&](HttpResponse response) { got = std::move(response); });
    return got;
  }
  static std::string Header(const HttpResponse& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }
  HttpRouter router_;
};

TEST_F(PageTest, EveryRoomHasAPage) {
  const HttpResponse page = Get({"join", "crisis"});
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("<!doctype html>"));
  EXPECT_THAT(page.headers, Contains(Pair("Content-Type", "text/html; charset=utf-8")));
  EXPECT_EQ(Get({"join", "../etc"}).status, 404);
}

TEST_F(PageTest, WhateverThePageAsksForIsThere) {
  const std::string page = Get({"join", "crisis"}).body;
  const std::regex reference(R"re((?:src|href)="/web/([^"]+)")re");
  int found = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), reference), end; it != end; ++it) {
    EXPECT_EQ(Get({"web", (*it)[1]}).status, 200) << (*it)[1];
    ++found;
  }
  EXPECT_GE(found, 2);
  const std::regex import(R"re(from '/web/([^']+)')re");
  for (const WebAsset& asset : WebAssets()) {
    const std::string source(asset.bytes);
    for (std::sregex_iterator it(source.begin(), source.end(), import), end; it != end; ++it) {
      EXPECT_EQ(Get({"web", (*it)[1]}).status, 200) << asset.name << " wants " << (*it)[1];
    }
  }
}

TEST_F(PageTest, NothingButItsOwnScriptsMayRun) {
  const std::string policy = Header(Get({"join", "crisis"}), "Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  // And so the page has none in it.
  const std::string page = Get({"join", "crisis"}).body;
  EXPECT_FALSE(
      std::regex_search(page, std::regex(R"re(<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=)re")));
}

TEST_F(PageTest, NothingIsLoadedFromElsewhere) {
  for (const WebAsset& asset : WebAssets()) {
    EXPECT_THAT(std::string(asset.bytes), Not(HasSubstr("http://"))) << asset.name;
    EXPECT_THAT(std::string(asset.bytes), Not(HasSubstr("https://"))) << asset.name;
  }
}

// The page must not promise what a mixed room cannot keep.
TEST_F(PageTest, NeverClaimsToBeEndToEnd) {
  for (const WebAsset& asset : WebAssets()) {
    EXPECT_FALSE(std::regex_search(std::string(asset.bytes),
                                   std::regex("end[- ]to[- ]end|bout en bout", std::regex::icase)))
        << asset.name;
  }
}

TEST_F(PageTest, AFileThatDidNotChangeIsNotSentAgain) {
  const HttpResponse first = Get({"web", "join.js"});
  const std::string etag = Header(first, "ETag");
  EXPECT_FALSE(etag.empty());
  const HttpResponse again = Get({"web", "join.js"}, etag);
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  EXPECT_NE(Header(Get({"web", "style.css"}), "ETag"), etag);
}

TEST_F(PageTest, OtherFilesAreNotThere) {
  EXPECT_EQ(Get({"web", "nothing.js"}).status, 404);
  EXPECT_EQ(Get({"web", "../join.html"}).status, 404);
}

}  // namespace
}  // namespace continuo
