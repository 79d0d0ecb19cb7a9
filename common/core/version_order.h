/*
 * version_order.h
 *	  Comparing the versions of migrations.
 */
#ifndef DBC_CORE_VERSION_ORDER_H
#define DBC_CORE_VERSION_ORDER_H

#include "common/core/host.h"

/*
 * The place of a version in an order, as text that compares by its bytes: runs
 * of digits count as numbers, so that 2 comes before 10 and 1.9 before 1.10.
 * Unless by_value, a run of fourteen or more digits is a timestamp, which one
 * with a fraction (20260626100902 0000) follows at once.  Versions that differ
 * in leading zeros only have the same key.
 */
extern const char *dbc_version_key(dbc_host *host, const char *version,
								   bool by_value);

/* Whether two versions differ at most in leading zeros. */
extern bool dbc_version_same_number(const char *left, const char *right);

#endif /* DBC_CORE_VERSION_ORDER_H */
