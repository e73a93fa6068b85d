/* Wilson's interval: the shares p for which k of n would not be surprising, |k/n - p| <= z sqrt(p (1 - p) / n), solved for p.
 *
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209-212. Brown, Cai and
 * DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001), recommend it for n <= 40. */
#include "base/wilson.h"

#include <math.h>

static const double z = 1.959963984540054; /* leaves 2.5% above it */

struct wilson wilson_of(uint64_t k, uint64_t n) {
    struct wilson result = {0, 0, 1};
    if (n == 0) {
        return result;
    }
    double count = (double)n, share = (double)k / count, square = z * z;
    double middle = (share + square / (2 * count)) / (1 + square / count);
    double half = z / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count * count));
    result.share = share;
    result.low = k == 0 ? 0 : fmax(0, middle - half); /* exactly 0 and 1 at the ends, where rounding might miss them */
    result.high = k == n ? 1 : fmin(1, middle + half);
    return result;
}
