// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace softva {

// Writes the bits of one NAL unit (ITU-T H.264 7.3.1), with its start code and emulation
// prevention.
class NalWriter {
 public:
  // Begins a NAL unit: header bytes as they are.
  explicit NalWriter(std::initializer_list<uint8_t> header);

  // u(n), ue(v) and se(v) of H.264 7.2.
  void U(int bits, uint32_t value);
  void Flag(bool value) { U(1, value ? 1 : 0); }
  void Ue(uint32_t value);
  void Se(int32_t value);

  // Ends it with rbsp_trailing_bits().
  std::vector<uint8_t> Finish();

 private:
  void PutByte(uint8_t byte);

  std::vector<uint8_t> bytes_;
  uint32_t pending_ = 0;
  int pending_bits_ = 0;
  int zeros_ = 0;
};

}  // namespace softva
