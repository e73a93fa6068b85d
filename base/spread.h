/* How the true value may lie around an observed one, where samples say it: by Student's t, or as resampling found. */
#ifndef BASE_SPREAD_H
#define BASE_SPREAD_H

#include <stdbool.h>
#include <stddef.h>

struct spread {
    double df;            /* of Student's t around the value; 0: the resamples say it */
    const double *sorted; /* what the value was in each resample, ascending */
    size_t count;
    bool negative; /* the value is what was resampled with its sign turned */
};

/* The probabilities that the true value is at least `limit`, at most it, and within two. `distance` is (value - limit) in
 * standard errors, for Student's t. Of resamples one more than there are is counted against the statement. */
double spread_at_least(const struct spread *spread, double distance, double limit);
double spread_at_most(const struct spread *spread, double distance, double limit);
double spread_between(const struct spread *spread, double low_distance, double low, double high_distance, double high);

#endif
