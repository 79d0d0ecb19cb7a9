/*
 * verify.h
 *	  Shared declarations of the files that verify rows by queries.
 */
#ifndef DBCW_CHECK_VERIFY_H
#define DBCW_CHECK_VERIFY_H

#include "common/check/check.h"

/* Columns of check/verified.sql. */
enum
{
	V_RELID,
	V_PATH,
	V_UNTRUSTED,
	V_SMALL,
	V_OWNS
};

/* What is to be known of a table before queries run on it; runs_rules: with
 * rules, which may call any function. */
extern const dbc_rows *
dbcw_check_describe(dbc_host *host, const dbc_relation *table, bool runs_rules);

/* Says that code of a role would run with the rights of the user. */
extern const char *dbcw_check_describe_code(dbc_host *host, const char *role);

/* See check/host.h. */
extern void dbcw_check_try_rule(dbc_host *host, const dbc_relation *table,
								const dbc_check_data_rule *rule,
								const char *assignments);

#endif /* DBCW_CHECK_VERIFY_H */
