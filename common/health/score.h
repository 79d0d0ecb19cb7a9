/*
 * score.h
 *	  The health score, version 1.
 *
 * The score is 100 less the penalties of all findings, then capped.
 *
 * - Standard: the n-th critical finding of a check brings its penalty to
 *	 15 * (1 + log2(n)), at most 30; the n-th warning to 3 * (1 + log2(n)), at
 *	 most 9; with a critical one among them they cost at most 30 together.
 *	 Checks of a category cost at most what its cap says, warnings of all
 *	 checks 35: many small findings never make a database critical.
 * - Fixed, outside these caps: a critical finding of rule INTEGRITY 50, once
 *	 for all checks of the rule; a finding of FOREIGN_KEYS 10, of ORPHANS 5 per
 *	 relation, of SLOW_QUERIES 10, when it is a warning or critical.
 * - The score is at most 59 with a critical finding that stops writes soon
 *	 (rule STOPS_WRITES; SEQUENCE from 98 percent on), 79 with any other
 *	 critical one, 79 when a check of level fast is unknown.  What a superuser
 *	 alone may look at (rule PRIVILEGED) lowers the coverage only, unless it
 *	 failed: no other role could ever call a database healthy.
 *
 * A suppressed finding costs nothing and caps nothing.
 *
 * So repairing a finding, or making it less severe, never lowers the score,
 * and a check without findings never changes it.
 */
#ifndef DBC_HEALTH_SCORE_H
#define DBC_HEALTH_SCORE_H

#include "common/health/finding.h"

#define DBC_SCORE_VERSION 1

typedef struct dbc_health_score
{
	int score;			/* 0 to 100 */
	const char *status; /* healthy, warning, critical */

	/*
	 * Share, 0 to 1, of the applicable checks that could be judged.  A check
	 * weighs what its first finding can cost.  NAN when none is applicable.
	 */
	double coverage;
	int counts[DBC_NSEVERITIES];  /* of findings */
	int suppressed;				  /* of these */
	int uncapped;				  /* the score that the penalties alone give */
	const dbc_finding *capped_by; /* who made it lower, or NULL */
} dbc_health_score;

/*
 * Scores findings and sets the penalty of each: whole numbers whose sum is 100
 * less the score before it was capped.  Of equal findings the first bear the
 * penalty; the score does not depend on their order.
 */
extern dbc_health_score dbc_health_score_findings(dbc_findings *findings);

/* What a finding costs if it is the first of its check, and nothing else is
 * wrong. */
extern double dbc_health_base_penalty(const dbc_finding *finding);

#endif /* DBC_HEALTH_SCORE_H */
