/*
 * fold.h
 *	  Folding the findings of a check: the worst are shown, the rest counted.
 *
 * Scores, counts and alerts are of all findings.
 */
#ifndef DBC_HEALTH_FOLD_H
#define DBC_HEALTH_FOLD_H

#include "common/health/finding.h"

/* The findings of a check in a report, unless the options say otherwise. */
#define DBC_MOST_FINDINGS 20

/* Marks all findings of a check but the worst: as many as the options say, or
 * else otherwise; 0: none are marked. */
extern void dbc_health_fold_findings(dbc_host *host, dbc_findings *findings,
									 int64_t otherwise);

/* Whether a report lists a finding: not if it is folded, nor a check that was
 * not run unless that was requested. */
extern bool dbc_health_is_shown(const dbc_findings *findings,
								const dbc_finding *finding);

/* The next check with folded findings from *place on, and their number; 0 at
 * the end. */
extern int dbc_health_next_folded(const dbc_findings *findings, int *place,
								  const dbc_health_check **check);

/* How bad the severity of a finding is; 0: it is no problem. */
extern int dbc_health_rank(const dbc_finding *finding);

/* For qsort() of pointers: the worst first, otherwise in the original order. */
extern int dbc_health_compare_findings(const void *left, const void *right);

#endif /* DBC_HEALTH_FOLD_H */
