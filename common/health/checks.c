/*
 * checks.c
 *	  The table of health checks, from health/checks.def.
 */
#include "common/health/check.h"

#include <math.h>

#include "common/core/host.h"
#include "common/core/text.h"

#define NO_THRESHOLD NAN
#define DBC_CHECK(id, category, level, engines, scoring, warning, critical, \
				  unit, message, suggestion, fix_locks, description)        \
	{#id,                                                                   \
	 #category,                                                             \
	 DBC_LEVEL_##level,                                                     \
	 DBC_ON_##engines,                                                      \
	 DBC_SCORE_##scoring,                                                   \
	 warning,                                                               \
	 critical,                                                              \
	 unit,                                                                  \
	 message,                                                               \
	 suggestion,                                                            \
	 fix_locks,                                                             \
	 description},
const dbc_health_check dbc_health_checks[] = {
#include "common/health/checks.def"
};
#undef DBC_CHECK
#undef NO_THRESHOLD
const int dbc_health_nchecks =
	sizeof(dbc_health_checks) / sizeof(dbc_health_checks[0]);

/* The check of an id. */
const dbc_health_check *
dbc_health_require_check(dbc_host *host, const char *id)
{
	int i;

	for (i = 0; i < dbc_health_nchecks; i++)
		if (dbc_same(dbc_health_checks[i].id, id))
			return &dbc_health_checks[i];
	dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
			 "dbhealth_checks() lists the checks.",
			 "health check \"%s\" does not exist", id);
}
