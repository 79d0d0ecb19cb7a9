/*
 * health.h
 *	  A fake host for tests of health checks.
 */
#ifndef FAKE_HEALTH_H
#define FAKE_HEALTH_H

#include "test/unit/fake/host.h"
#include "common/health/check.h"

/* Columns of dbhealth_checks(). */
enum
{
	CHECK_ID,
	CATEGORY,
	SEVERITY,
	OBJECT,
	VALUE,
	UNIT,
	MESSAGE,
	SUGGESTION,
	FIX_SQL,
	FIX_RISK,
	FIX_LOCKS,
	PENALTY,
	REASON
};

/* A host whose checks find nothing. */
extern fake_host *fake_healthy(int engine);

/* Makes a check find one row of a severity (NULL: by thresholds) and value. */
extern void fake_finds(fake_host *fake, const char *check, const char *severity,
					   double value);

/* Makes a check leave the value of its one row to the SQL "the probe". */
extern void fake_probes(fake_host *fake, const char *check);

/* Runs one check, at any level, which is to give one row. */
extern void fake_check(fake_host *fake, const char *check);

/* Runs one check and expects a severity, or a message. */
extern void fake_expect(fake_host *fake, const char *check,
						const char *severity);
extern void fake_expect_message(fake_host *fake, const char *check,
								const char *message);

/* The row of a check. */
extern int fake_row_of(const fake_host *fake, const char *check);

#endif /* FAKE_HEALTH_H */
