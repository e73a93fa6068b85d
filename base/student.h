/* Student's t distribution, with any real number of degrees of freedom from 1/2 on. */
#ifndef BASE_STUDENT_H
#define BASE_STUDENT_H

/* The probability of a value below t; correct to 1e-12. */
double student_cdf(double t, double df);

#endif
