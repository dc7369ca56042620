// Writing quantities for people: three to four significant digits, the unit, and ± where it is known.
#pragma once

#include <string>
#include <string_view>

#include "units/measured.h"
#include "units/quantity.h"

namespace units {

std::string text(Joules q);                            // 412.6 J, 12.3 kJ, 0.275 J, 4.20 mJ
std::string text(Watts q);                             // 88.7 W
std::string text(Seconds q);                           // 4.65 s, 2 min 5 s, 1 h 2 min
std::string text(Hertz q);                             // 323 fps: frames per second; ffwatt prints no other frequency
std::string text(Bytes q);                             // 1.21 MB
std::string text(BitsPerSecond q);                     // 2.50 Mb/s
std::string text(Ratio q);                             // 12.3 %
std::string text(Grams q);                             // 0.040 g, 1.25 kg, 3.10 t
std::string text(Money q, std::string_view currency);  // 0.0000321 EUR, 12.40 EUR: never fewer than two decimals

// "412.6 J ± 9.1" where the interval is symmetric within 10 %, "34.1 J (24.9 to 51.5)" where not, "n/a (reason)";
// "0.0 mJ (-4.2 to 4.2)", with the interval's digits, where the value is smaller than half of it.
template <class Q>
std::string text(const Measured<Q>& m);  // Joules, Watts, Grams
std::string text(const Measured<Money>& m, const std::string& currency);

// A number with `digits` significant digits and no exponent: significant(0.27512, 3) = "0.275".
std::string significant(double value, int digits);

}  // namespace units
