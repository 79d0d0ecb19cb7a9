/*
 * check.h
 *	  The table of health checks (health/checks.def), and the parameters and
 *	  result columns of their SQL.
 *
 * health/sql/<id>.sql of an engine is one SELECT.  It may use these parameters:
 *
 *	  $1 real	 threshold of a warning, or null
 *	  $2 real	 threshold of a critical finding, or null
 *	  $3 bigint	 size of the file system with the data, in bytes, or null
 *	  $4 bigint	 free bytes of that file system
 *	  $5 bigint	 [SQLite] size of the write-ahead log in bytes
 *	  $6 real	 the setting slow_query_ms
 *	  $7 text	 other measurements of the host, as JSON; see dbc_facts
 *	  $8 text	 recent history from the stored samples, as JSON; see
 *				 health/history.h.  {history:name} is one of its numbers
 *	  $9 real	 the setting bloat_min_mb
 *	  $10 text	 [PG] for sequence_exhaustion: array of the OIDs of sequences
 *				 that may have reached a threshold
 *
 * It returns one row per finding, in a total order, with these columns:
 *
 *	  severity	 info, warning, critical, unknown or not_applicable; null: by
 *				 value and thresholds
 *	  object	 the object as the user would write it
 *	  value		 real: the measured value, or null
 *	  detail	 text for the message, or null
 *	  fix_sql	 SQL that repairs the finding, or null
 *	  reason	 why the result is unknown or not applicable, else null
 *	  probe		 null, or a SELECT of one value that is run separately and sets
 *				 value, detail if there is a second one, and object if there
 *				 is a third; a null result drops the finding, and a
 *				 failure makes it critical (rule INTEGRITY, with the
 *				 error as detail) or unknown; or a measurement of the host: see
 *				 health/probe.h and check/lost.c
 *	  suggestion (not in all) what to do, in place of the suggestion of the
 *				 check, which this row would make wrong; null: that one
 */
#ifndef DBC_HEALTH_CHECK_H
#define DBC_HEALTH_CHECK_H

#include "common/core/dbc.h"

/* How findings become penalties; see health/score.c. */
typedef enum dbc_health_scoring
{
	DBC_SCORE_STANDARD,	  /* by severity, with caps */
	DBC_SCORE_PRIVILEGED, /* the same; a lack of privileges costs nothing */
	/* of the whole server: the same, but all findings cost as much as one */
	DBC_SCORE_SERVER,
	DBC_SCORE_SERVER_PRIVILEGED,
	DBC_SCORE_STOPS_WRITES, /* and a critical finding caps the score at 59 */
	DBC_SCORE_SEQUENCE,		/* the same; only from 98 percent on */
	DBC_SCORE_INTEGRITY,	/* 50, once for all checks of this rule */
	DBC_SCORE_FOREIGN_KEYS, /* 10 */
	DBC_SCORE_ORPHANS,		/* 5 per relation */
	DBC_SCORE_SLOW_QUERIES	/* 10, above the warning threshold */
} dbc_health_scoring;

/* What a finding is about, causes before what follows from them: of two findings
 * of equal severity, the one with the lower scope is repaired first. */
typedef enum dbc_health_scope
{
	DBC_SCOPE_DAMAGE, /* what is stored is not what was written */
	DBC_SCOPE_SERVER, /* the server, its disk, its copies */
	/* the connection itself, which tells nothing in the command dbcare */
	DBC_SCOPE_CONNECTION,
	DBC_SCOPE_DATABASE,
	DBC_SCOPE_KEY,	/* a key, which rows of other tables reference */
	DBC_SCOPE_TABLE /* anything else of a table */
} dbc_health_scope;

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

extern const char *const dbc_health_categories[];

typedef enum dbc_health_level
{
	DBC_LEVEL_FAST, /* catalog and samples only */
	DBC_LEVEL_FULL	/* scans data */
} dbc_health_level;

/* What a fix_sql can do to the work of others, in ascending order. */
typedef enum dbc_health_risk
{
	DBC_RISK_NONE,	/* no statement waits for it */
	DBC_RISK_LOCKS, /* some wait, until a lock or the build of an index ends */
	DBC_RISK_REWRITES, /* all statements on a table wait while it is rewritten
						*/
	/* rows, objects, or the work of a session go, and no statement that dbcare
	 * knows brings them back */
	DBC_RISK_DESTROYS,
	DBC_RISK_NO_FIX = DBC_RISK_DESTROYS /* the check has no fix_sql */
} dbc_health_risk;

/* Their names, by value; ended by NULL. */
extern const char *const dbc_health_risks[];

typedef struct dbc_health_check
{
	const char *id;
	dbc_health_category category;
	dbc_health_level level;
	int engines; /* DBC_ON_* */
	dbc_health_scoring scoring;
	dbc_health_scope scope;
	double warning; /* NAN: no threshold */
	double critical;
	const char *unit;
	const char *message; /* with {object}, {value}, {detail} */
	const char *suggestion;
	dbc_health_risk fix_risk;
	const char *fix_locks;
	const char *description;
} dbc_health_check;

extern const dbc_health_check dbc_health_checks[];
extern const int dbc_health_nchecks;
extern const char *const dbc_health_check_ids[]; /* ended by NULL */

extern const dbc_health_check *dbc_health_require_check(dbc_host *host,
														const char *id);

#endif /* DBC_HEALTH_CHECK_H */
