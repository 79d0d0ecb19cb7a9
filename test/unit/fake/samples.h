/*
 * samples.h
 *	  A fake host for tests of monitoring.
 */
#ifndef FAKE_SAMPLES_H
#define FAKE_SAMPLES_H

#include "test/unit/fake/host.h"

/* Answers what monitoring asks: it is started, a minute ago a sample was taken,
 * and nothing else is known.  The fake must have dbcare's tables. */
extern void fake_monitors(fake_host *fake);

/* Has a sample, that is the last one, been taken with these readings. */
extern void fake_sampled(fake_host *fake, const char *readings);

/* What a time ago was, as dbcare's tables have it. */
extern const char *fake_ago(fake_host *fake, int64_t seconds);

#endif /* FAKE_SAMPLES_H */
