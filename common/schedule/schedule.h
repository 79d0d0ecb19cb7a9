/*
 * schedule.h
 *	  What monitoring does once a day.
 *
 * A sampler runs each call of a schedule at top level, since it may commit
 * while it runs, and the functions below in transactions of their own.
 */
#ifndef DBC_SCHEDULE_SCHEDULE_H
#define DBC_SCHEDULE_SCHEDULE_H

#include "common/core/host.h"

/* Columns of the calls of a run. */
enum
{
	DBC_SCHEDULED_STEP,		 /* name of the step, or a table */
	DBC_SCHEDULED_CALL,		 /* SQL; null if there is a problem */
	DBC_SCHEDULED_PROBLEM,	 /* why the step is left out */
	DBC_SCHEDULED_POSTPONES, /* the run begins again later if the call finds a
								lock */
	DBC_SCHEDULED_FOLLOWS	 /* runs only if no call before has failed */
};

/* One kind of daily run. */
typedef struct dbc_schedule
{
	int64_t id;			  /* in dbcare's table */
	const char *function; /* that sets it */
	const char *calls;	  /* SQL of the calls, by options $1 and role $2 */
	int64_t late_ms;	  /* a missed run is made up so long after its time */
	int64_t most_ms;	  /* [PG] limit of a call */
	bool has_role;		  /* [PG] the role that has scheduled it runs it */
	bool (*is_busy)(dbc_host *host); /* another process does it; or NULL */
	const char *runs;				 /* detail: who would run it */
	const char *instead;			 /* hint: what to do without monitoring */
	const char *harm; /* what has to be confirmed in production */
} dbc_schedule;

/* A run that has begun. */
typedef struct dbc_schedule_run
{
	const dbc_rows *calls; /* NULL: another process was faster */
	const char *role;	   /* [PG] that runs them; NULL: the owner of dbcare's
							  tables */
} dbc_schedule_run;

/* ---- for the samplers ---- */

/* Whether the run of today is due: no process has begun it. */
extern bool dbc_schedule_is_due(dbc_host *host, const dbc_schedule *schedule,
								int64_t now_ms);

extern dbc_schedule_run dbc_schedule_begin(dbc_host *host,
										   const dbc_schedule *schedule,
										   int64_t now_ms);

/* Stores why a step has failed, and leaves an event. */
extern void dbc_schedule_note(dbc_host *host, const dbc_schedule *schedule,
							  const char *step, const char *error);

/* Has the run begin again, since another process holds a lock. */
extern void dbc_schedule_postpone(dbc_host *host, const dbc_schedule *schedule);

extern void dbc_schedule_end(dbc_host *host, const dbc_schedule *schedule);

/* ---- for SQL functions ---- */

/* Stores a schedule with options, which are JSON; a null time ends it. */
extern void dbc_schedule_store(dbc_host *host, const dbc_schedule *schedule,
							   const char *at, const char *options,
							   const char *confirm);

/* What is stored. */
typedef struct dbc_schedule_state
{
	const char *at; /* time of day; NULL: it is not scheduled */
	const char *options;
	dbc_value role;
	const char *why_resting; /* [PG] see home.h; NULL: it does not rest */
	dbc_value next;			 /* times */
	dbc_value last;
	dbc_value finished;
	dbc_value errors; /* JSON: step to why it failed */
	int64_t scheduled_ms;
} dbc_schedule_state;

extern dbc_schedule_state dbc_schedule_read(dbc_host *host,
											const dbc_schedule *schedule);

#endif /* DBC_SCHEDULE_SCHEDULE_H */
