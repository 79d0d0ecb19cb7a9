/*
 * look.h
 *	  A look at one of many databases, in a process of a pool.
 *
 * Its answer is lines, each with a letter, a blank and text whose fields are separated
 * by tabs:
 *
 *	x MESSAGE		the database cannot be reached
 *	p MESSAGE		it can be, but no sample was taken
 *	i SECONDS		between its samples
 *	d				more is due than a sample: CLI_LOOK_DUE does it
 *	a ID ALERT SEVERITY MESSAGE		an alert that is raised
 *	e ID			the newest event
 *	f MESSAGE		a scheduled step has failed
 *	h SCORE STATUS FINDING			the health, of CLI_LOOK_HEALTH
 */
#ifndef CLI_LOOK_H
#define CLI_LOOK_H

#include "cli/config.h"
#include "cli/database.h"
#include "cli/pool.h"
#include "cli/text.h"

/* Kinds of tasks. */
#define CLI_LOOK_SAMPLE \
	0 /* takes a sample, where no process of the server does */
#define CLI_LOOK_DUE	1 /* [SQLite] and does what is due besides */
#define CLI_LOOK_HEALTH 2

/* What processes know: a copy of what is here when they are forked. */
typedef struct cli_look
{
	cli_config config;
	int lock;			 /* a descriptor that they close, or -1 */
	int connections;	 /* to PostgreSQL that one keeps, at most */
	const char *options; /* of dbhealth_report(), or NULL */
	/* tasks of another kind, which only read; false: failed, the error is in db */
	bool (*ask)(cli_database *db, const cli_task *task, cli_text *answer);
	cli_database **opened; /* in a process: per database, or NULL */
} cli_look;

/* Adds the line h for a report of dbhealth_report(). */
extern void cli_add_health(cli_text *answer, const char *report);

/* The work of a pool; its argument is a cli_look. */
extern const cli_work cli_look_work;

#endif /* CLI_LOOK_H */
