/*
 * fleet_state.h
 *	  What is known of a database that is looked after, and what is printed when it
 *	  changes.
 */
#ifndef CLI_FLEET_STATE_H
#define CLI_FLEET_STATE_H

#include "cli/pool.h"
#include "cli/verbs.h"

/* A raised alert. */
typedef struct cli_alert
{
	char *id;
	char *name;
	char *severity;
	char *message;
} cli_alert;

typedef struct cli_state
{
	double due;	 /* when its next sample is */
	double next; /* the same while it does not fail */
	bool sampling;
	double begun; /* when that began */
	bool working;
	bool work_due;
	int failures;	  /* looks without a sample, one after another */
	bool work_failed; /* the last time */
	char told;		  /* the letter of the failure that was printed, or 0 */
	long long after;  /* the newest event; -1: not known */
	cli_alert *alerts;
	int nalerts;
} cli_state;

/* A database that is due now, and then after a pause. */
extern cli_state cli_new_state(double now, double pause);
extern void cli_free_state(cli_state *state);

/* Takes the answer of a look, prints what has changed, and sets the interval between
 * samples if the database has another one. */
extern void cli_take_look(cli_state *state, const cli_invocation *invocation,
						  const char *name, const cli_answer *answer,
						  double *interval);

#endif /* CLI_FLEET_STATE_H */
