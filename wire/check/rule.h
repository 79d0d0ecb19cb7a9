/*
 * rule.h
 *	  Validating data rules.
 */
#ifndef DBCW_CHECK_RULE_H
#define DBCW_CHECK_RULE_H

#include "common/check/check.h"

/* See check/host.h. */
extern void dbcw_check_try_rule(dbc_host *host, const dbc_relation *table,
								const dbc_check_data_rule *rule,
								const char *assignments);

#endif /* DBCW_CHECK_RULE_H */
