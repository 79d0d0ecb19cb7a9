/*
 * score.h
 *	  The health score, version 1.
 *
 * The score is 100 less the penalties of all findings, then capped.
 *
 * - Standard: n critical findings of a check cost 15 * (1 + log2(n)), at most
 *	 30; n warnings cost 3 * (1 + log2(n)), at most 9; together at most 30.  The
 *	 checks of a category cost at most its cap, and warnings of all checks 35,
 *	 so that many small findings never make a database critical.
 * - Of the server (rules SERVER, SERVER_PRIVILEGED, STOPS_WRITES): the same,
 * but the findings of a check cost as much as the worst one, as they have one
 *	 cause, for example the disk of all databases.
 * - Fixed, outside these caps: a critical finding of rule INTEGRITY costs 50,
 *	 once for all checks of the rule; a warning or critical finding of
 *	 FOREIGN_KEYS 10, of ORPHANS 5 per relation, of SLOW_QUERIES 10.
 * - Caps: a critical finding that will stop writes (rule STOPS_WRITES; SEQUENCE
 *	 from 98 percent on) caps the score at 59, any other critical finding at 79,
 *	 and an unknown check of level fast at 79.  Unknown checks that require
 *	 superuser (rules PRIVILEGED and SERVER_PRIVILEGED) only lower the coverage,
 * unless they failed: otherwise only a superuser could get a healthy score.
 *
 * A suppressed finding costs nothing and caps nothing.
 *
 * Repairing a finding, or lowering its severity, never lowers the score, and a
 * check without findings never changes it.
 */
#ifndef DBC_HEALTH_SCORE_H
#define DBC_HEALTH_SCORE_H

#include "common/health/finding.h"

#define DBC_SCORE_VERSION 1

typedef struct dbc_health_score
{
	int score;			/* 0 to 100 */
	const char *status; /* healthy, warning, critical */

	/* The share, 0 to 1, of the applicable checks with a result, weighted by
	 * what the first finding of a check can cost.  NAN if no check is
	 * applicable. */
	double coverage;
	int counts[DBC_NSEVERITIES];  /* of findings */
	int suppressed;				  /* number of suppressed findings */
	int uncapped;				  /* the score before caps */
	const dbc_finding *capped_by; /* the finding whose cap applied, or NULL */
} dbc_health_score;

/* Scores findings and sets the penalty of each: integers whose sum is 100 less
 * the score before caps.  Of equal findings the first ones get the penalty; the
 * score does not depend on their order. */
extern dbc_health_score dbc_health_score_findings(dbc_findings *findings);

/* Which finding caps the score, as a message; NULL if none does. */
extern const char *dbc_health_cap_text(dbc_host *host,
									   const dbc_health_score *score);

/* The penalty of a finding if it is the first of its check and no cap
 * applies. */
extern double dbc_health_base_penalty(const dbc_finding *finding);

#endif /* DBC_HEALTH_SCORE_H */
