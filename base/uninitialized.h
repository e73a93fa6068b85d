/* A variable that a release build leaves as it finds it, where it begins all others as zeros (HARDEN in the Makefile): large, on
 * the way of every record, and written before it is read, which the sanitizers and valgrind watch. Measured before it is used. */
#ifndef BASE_UNINITIALIZED_H
#define BASE_UNINITIALIZED_H

#ifdef __has_attribute
#if __has_attribute(uninitialized)
#define UNINITIALIZED __attribute__((uninitialized))
#endif
#endif
#ifndef UNINITIALIZED
#define UNINITIALIZED
#endif

#endif
