/*
 * finding.h
 *	  Findings of health checks.
 */
#ifndef DBC_HEALTH_FINDING_H
#define DBC_HEALTH_FINDING_H

#include "common/core/host.h"
#include "common/health/check.h"

/* Severities of problems in ascending order, then reasons why there is no
 * result. */
typedef enum dbc_health_severity
{
	DBC_OK,
	DBC_INFO,
	DBC_WARNING,
	DBC_CRITICAL,
	DBC_UNKNOWN,
	DBC_SKIPPED,
	DBC_NOT_APPLICABLE,
	DBC_NSEVERITIES
} dbc_health_severity;

extern const char *const dbc_health_severity_names[DBC_NSEVERITIES];

/* One row of dbhealth_checks(). */
typedef struct dbc_finding
{
	const dbc_health_check *check;
	dbc_health_severity severity;
	const char *object;
	double value; /* NAN: none */
	const char *message;
	const char *suggestion;
	const char *fix_sql;
	const char *fix_locks;
	const char *reason;
	bool failed; /* unknown because of an error other than a lack of rights */
	bool suppressed; /* has no penalty */
	bool folded;	 /* counted, but not shown; see health/fold.h */

	/* set by dbc_health_score_findings() */
	double penalty;
	const char *cap; /* the cap that limited the penalty, or NULL */
} dbc_finding;

/* Findings, in the order of health/checks.def. */
typedef struct dbc_findings
{
	int count;
	dbc_finding *list;
	bool of_command;	 /* see dbc_facts */
	bool verbose;		 /* checks that were not run are shown, too */
	int64_t most;		 /* of a check that are shown, 0: all; -1: not given */
	double *duration_ms; /* of each requested check, by its position in
							health/checks.def */
	/* what the checks of backups have read; NULL: they did not run */
	const struct dbc_backup_overview *backups;
	const char *backup; /* that damage is repaired from; NULL: not read yet */
} dbc_findings;

/* One row of the SQL of a check. */
typedef struct dbc_health_check_row
{
	const char *object;
	double value; /* NAN: none */
	const char *detail;
	const char *fix_sql;
	const char *reason;
	const char *suggestion; /* NULL: the check's */
} dbc_health_check_row;

/* What the fix_sql of a finding does to others; NULL if it has none. */
extern const char *dbc_health_risk_of(const dbc_finding *finding);

/* Adds an info, warning or critical finding with the check's message. */
extern void dbc_health_add_finding(dbc_host *host, dbc_findings *findings,
								   const dbc_health_check *check,
								   dbc_health_severity severity,
								   const dbc_health_check_row *row);

/* Adds a finding of any other severity.  The caller may set its fix_sql. */
extern dbc_finding *dbc_health_add_note(dbc_host *host, dbc_findings *findings,
										const dbc_health_check *check,
										dbc_health_severity severity,
										const char *object, const char *reason);

#endif /* DBC_HEALTH_FINDING_H */
