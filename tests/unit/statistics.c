/* The distributions of base/ against values of SciPy, and the random numbers against their authors' own. Prints TAP.
 *
 *     statistics compute     reads lines `t T DF`, `half K N`, `normal X`, `quantile P` and prints the values: for
 *                            tests/evidence.py, which compares thousands of them with SciPy's */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/binomial.h"
#include "base/normal.h"
#include "base/random.h"
#include "base/student.h"

static int tests, failures;

static void near(const char *what, double value, double wanted) {
    bool good = fabs(value - wanted) <= 1e-13;
    failures += !good;
    printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
    if (!good) {
        printf("# %.17g, not %.17g\n", value, wanted);
    }
}

static void check_random(void) {
    struct random random;
    random_seed(&random, 0);
    static const uint64_t wanted[] = {UINT64_C(0x99ec5f36cb75f2b4), UINT64_C(0xbf6e1f784956452a),
                                      UINT64_C(0x1a5f849d4933e6e0)};
    bool good = true;
    for (int i = 0; i < 3; i++) {
        good = random_next(&random) == wanted[i] && good;
    }
    failures += !good;
    printf("%sok %d - xoshiro256** seeded with 0\n", good ? "" : "not ", ++tests);
    uint64_t seen[6] = {0};
    for (int i = 0; i < 60000; i++) {
        seen[random_below(&random, 6)]++;
    }
    good = true;
    for (int i = 0; i < 6; i++) {
        good = good && seen[i] > 9600 && seen[i] < 10400;
    }
    failures += !good;
    printf("%sok %d - a die falls on each side\n", good ? "" : "not ", ++tests);
}

static int compute(void) {
    char line[256], what[16];
    double a, b;
    while (fgets(line, sizeof line, stdin)) {
        int count = sscanf(line, "%15s %lf %lf", what, &a, &b);
        double value = NAN;
        if (count == 3 && strcmp(what, "t") == 0) {
            value = student_cdf(a, b);
        } else if (count == 3 && strcmp(what, "half") == 0) {
            value = binomial_half_tail((uint64_t)a, (uint64_t)b);
        } else if (count == 2) {
            value = strcmp(what, "normal") == 0 ? normal_cdf(a) : normal_quantile(a);
        }
        printf("%.17g\n", value);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "compute") == 0) {
        return compute();
    }
    near("t, 1 degree of freedom", student_cdf(1, 1), 0.75);
    near("t, 2 degrees of freedom", student_cdf(-2, 2), 0.09175170953613697);
    near("t, a fraction of a degree", student_cdf(1.5, 7.25), 0.9120786419378002);
    near("t, 816 degrees of freedom", student_cdf(3.62, 816), 0.9998436157784419);
    near("t of 0", student_cdf(0, 33), 0.5);
    near("t, as good as normal", student_cdf(1.959963984540054, 1e7), 0.9749999861352437);
    near("t, far out", student_cdf(-1e200, 3), 0);
    near("coins, all of ten", binomial_half_tail(10, 10), 1.0 / 1024);
    near("coins, three or more of six", binomial_half_tail(3, 6), 42.0 / 64);
    near("coins, none or more", binomial_half_tail(0, 6), 1);
    near("coins, 5100 or more of 10000", binomial_half_tail(5100, 10000), 0.023292763852473225);
    near("coins, 1100 or more of 1100", binomial_half_tail(1100, 1100), 0);
    near("the normal quantile of 0.975", normal_quantile(0.975), 1.9599639845400542);
    near("the normal quantile of 0.9", normal_quantile(0.9), 1.2815515655446004);
    near("the normal quantile of 1e-20", normal_quantile(1e-20), -9.262340089798408);
    near("the normal quantile of a half", normal_quantile(0.5), 0);
    check_random();
    printf("1..%d\n", tests);
    return failures > 0;
}
