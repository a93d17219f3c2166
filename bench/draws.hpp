// Numbers for generated rows: the same on every machine, whatever its standard library.
#pragma once

#include <cstdint>

namespace bench {

/// splitmix64: small, good, and the same everywhere (Steele, Lea, Flood 2014).
inline std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// Numbers drawn for one row or one opportunity; only integers, so no library's libm matters.
class draws {
public:
    draws(std::uint64_t seed, std::uint64_t stream) : state_(mixed(seed ^ mixed(stream))) {}
    std::uint64_t below(std::uint64_t bound) {
        state_ = mixed(state_);
        return (state_ >> 32) * bound >> 32;
    }

private:
    std::uint64_t state_;
};

}  // namespace bench
