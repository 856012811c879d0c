// SPDX-License-Identifier: Apache-2.0
#include "crypto/aead.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <numeric>
#include <vector>

namespace continuo {
namespace {

std::atomic<int> openssl_allocations{0};

void* CountedMalloc(size_t size, const char*, int) {
  ++openssl_allocations;
  return std::malloc(size);
}
void* CountedRealloc(void* memory, size_t size, const char*, int) {
  ++openssl_allocations;
  return std::realloc(memory, size);
}
void CountedFree(void* memory, const char*, int) { std::free(memory); }

// OpenSSL takes these only before its first allocation.
const bool kCounting = CRYPTO_set_mem_functions(CountedMalloc, CountedRealloc, CountedFree) == 1;

const AesGcm::Nonce kNonce{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const std::vector<uint8_t> kHeader{0x80, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};

std::vector<uint8_t> Counting(size_t size) {
  std::vector<uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), uint8_t{7});
  return bytes;
}

AesGcm Gcm(size_t key_size, AesGcm::Engine engine = AesGcm::Engine::kFastest) {
  return *AesGcm::Create(Counting(key_size), engine);
}

std::vector<uint8_t> Seal(AesGcm& gcm, ByteView plaintext) {
  std::vector<uint8_t> sealed(plaintext.size() + AesGcm::kTagSize);
  gcm.Seal(kNonce, kHeader, plaintext, sealed);
  return sealed;
}

TEST(AesGcm, BothEnginesAgreeAtEveryLength) {
  AesGcm fastest = Gcm(32);
  AesGcm openssl = Gcm(32, AesGcm::Engine::kOpenSsl);
  for (size_t size = 0; size < 700; ++size) {
    const auto plaintext = Counting(size);
    const auto sealed = Seal(fastest, plaintext);
    ASSERT_EQ(sealed, Seal(openssl, plaintext)) << size;
    std::vector<uint8_t> opened(size);
    ASSERT_TRUE(openssl.Open(kNonce, kHeader, sealed, opened));
    ASSERT_EQ(opened, plaintext);
  }
}

class AesGcmEngine : public testing::TestWithParam<std::pair<size_t, AesGcm::Engine>> {
 protected:
  AesGcm gcm_ = Gcm(GetParam().first, GetParam().second);
};

TEST_P(AesGcmEngine, WorksInPlace) {
  for (size_t size = 0; size < 700; ++size) {
    const auto plaintext = Counting(size);
    std::vector<uint8_t> buffer(plaintext);
    buffer.resize(size + AesGcm::kTagSize);
    gcm_.Seal(kNonce, kHeader, ByteView(buffer).first(size), buffer);
    ASSERT_EQ(buffer, Seal(gcm_, plaintext)) << size;
    ASSERT_TRUE(gcm_.Open(kNonce, kHeader, buffer, MutableBytes(buffer).first(size)));
    buffer.resize(size);
    ASSERT_EQ(buffer, plaintext) << size;
  }
}

TEST_P(AesGcmEngine, NoticesEveryFlippedBit) {
  const auto sealed = Seal(gcm_, Counting(20));
  std::vector<uint8_t> out(20);
  for (size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    auto damaged = sealed;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(gcm_.Open(kNonce, kHeader, damaged, out)) << bit;
  }
  auto header = kHeader;
  header[3] ^= 1;
  EXPECT_FALSE(gcm_.Open(kNonce, header, sealed, out));
  AesGcm::Nonce nonce = kNonce;
  nonce[11] ^= 1;
  EXPECT_FALSE(gcm_.Open(nonce, kHeader, sealed, out));
  // And a refusal spoils nothing.
  EXPECT_TRUE(gcm_.Open(kNonce, kHeader, sealed, out));
}

TEST_P(AesGcmEngine, AllocatesNothingPerPacket) {
  ASSERT_TRUE(kCounting);
  std::vector<uint8_t> buffer(1200 + AesGcm::kTagSize);
  gcm_.Seal(kNonce, kHeader, ByteView(buffer).first(1200), buffer);
  const int before = openssl_allocations;
  for (int i = 0; i < 100; ++i) {
    gcm_.Seal(kNonce, kHeader, ByteView(buffer).first(1200), buffer);
    EXPECT_TRUE(gcm_.Open(kNonce, kHeader, buffer, MutableBytes(buffer).first(1200)));
  }
  EXPECT_EQ(openssl_allocations, before);
}

INSTANTIATE_TEST_SUITE_P(Keys, AesGcmEngine,
                         testing::Values(std::pair(16u, AesGcm::Engine::kFastest),
                                         std::pair(32u, AesGcm::Engine::kFastest),
                                         std::pair(32u, AesGcm::Engine::kOpenSsl)));

TEST(AesGcm, RefusesKeysOfOtherSizes) {
  for (const size_t size : {0, 15, 24, 33}) {
    EXPECT_FALSE(AesGcm::Create(Counting(size)).has_value()) << size;
    EXPECT_FALSE(AesCtr::Create(Counting(size)).has_value()) << size;
  }
}

TEST(AesCtr, AppliedTwiceIsNothingAndAllocatesNothing) {
  AesCtr ctr = *AesCtr::Create(Counting(16));
  const AesCtr::Counter counter{9};
  auto bytes = Counting(100);
  ctr.Apply(counter, bytes, bytes);
  EXPECT_NE(bytes, Counting(100));
  const int before = openssl_allocations;
  ctr.Apply(counter, bytes, bytes);
  EXPECT_EQ(openssl_allocations, before);
  EXPECT_EQ(bytes, Counting(100));
}

}  // namespace
}  // namespace continuo
