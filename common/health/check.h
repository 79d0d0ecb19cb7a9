/*
 * check.h
 *	  The table of health checks (health/checks.def), and the parameters and
 *	  result columns of their SQL.
 *
 * health/sql/<id>.sql of an engine is one SELECT with the parameters
 *
 *	  $1 real	 threshold of a warning, or null
 *	  $2 real	 threshold of a critical finding, or null
 *	  $3 bigint	 size of the file system with the data, in bytes, or null
 *	  $4 bigint	 of these, free
 *	  $5 bigint	 [SQLite] size of the write-ahead log in bytes
 *	  $6 real	 the setting avg_query_warning_ms
 *	  $7 text	 what else the host has measured: a JSON object; see dbc_facts
 *	  $8 text	 what monitoring knows: a JSON object; see health/history.h.
 *				 {history:name} is a number of it
 *	  $9 real	 the setting bloat_min_mb
 *	  $10 text	 [PG] for sequence_exhaustion: oids of the sequences that may be
 *				 found, as an array
 *
 * (any of which may be unused).  It returns, in a total order, one row per
 * finding with these columns:
 *
 *	  severity	 info, warning, critical, unknown or not_applicable; null lets
 *				 the thresholds decide by value
 *	  object	 what it is about, as the user would write it
 *	  value		 real: what was measured, or null
 *	  detail	 text for the message, or null
 *	  fix_sql	 what repairs it, names quoted by the engine, or null
 *	  reason	 why it is unknown or not applicable, else null
 *	  probe		 null, or a SELECT of one value that is run apart and whose
 *				 result becomes value; a null result drops the finding, and a
 *				 failure makes it critical (rule INTEGRITY, the error's text is
 *				 the detail) or unknown; or something that the host
 *				 measures: see health/probe.h
 *
 * No rows mean no findings.
 */
#ifndef DBC_HEALTH_CHECK_H
#define DBC_HEALTH_CHECK_H

#include "common/core/dbc.h"

/* How findings become penalties; see health/score.c. */
typedef enum dbc_health_scoring
{
	DBC_SCORE_STANDARD,		/* by severity, with caps */
	DBC_SCORE_PRIVILEGED,	/* the same; who may not look is not punished */
	DBC_SCORE_STOPS_WRITES, /* the same; critical caps the score at 59 */
	DBC_SCORE_SEQUENCE,		/* the same, from 98 percent on */
	DBC_SCORE_INTEGRITY,	/* 50 once for all checks of this rule */
	DBC_SCORE_FOREIGN_KEYS, /* 10 */
	DBC_SCORE_ORPHANS,		/* 5 per relation */
	DBC_SCORE_SLOW_QUERIES	/* 10 when above the warning threshold */
} dbc_health_scoring;

typedef enum dbc_health_category
{
	DBC_CATEGORY_integrity,
	DBC_CATEGORY_constraints,
	DBC_CATEGORY_performance,
	DBC_CATEGORY_storage,
	DBC_CATEGORY_security,
	DBC_CATEGORY_configuration,
	DBC_CATEGORY_operations,
	DBC_NCATEGORIES
} dbc_health_category;

/* Their names, ended by NULL. */
extern const char *const dbc_health_categories[];

typedef enum dbc_health_level
{
	DBC_LEVEL_FAST, /* catalog and samples only */
	DBC_LEVEL_FULL	/* scans data */
} dbc_health_level;

typedef struct dbc_health_check
{
	const char *id;
	dbc_health_category category;
	dbc_health_level level;
	int engines; /* DBC_ON_* */
	dbc_health_scoring scoring;
	double warning; /* NAN: no threshold */
	double critical;
	const char *unit;
	const char *message; /* with {object}, {value}, {detail} */
	const char *suggestion;
	const char *fix_locks;
	const char *description;
} dbc_health_check;

extern const dbc_health_check dbc_health_checks[];
extern const int dbc_health_nchecks;

/* The check of an id; fails if there is none. */
extern const dbc_health_check *dbc_health_require_check(dbc_host *host,
														const char *id);

#endif /* DBC_HEALTH_CHECK_H */
