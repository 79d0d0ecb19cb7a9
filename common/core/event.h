/*
 * event.h
 *	  Events: one for each call of a function that writes.
 */
#ifndef DBC_CORE_EVENT_H
#define DBC_CORE_EVENT_H

#include "common/core/host.h"

/* Runs the function of a call.  If it is one that writes, stores an event: who
 * called it, with which arguments, and how it ended. */
extern void dbc_call_function(dbc_host *host);

/* For a call that changes objects of the user, but needs no table of dbcare:
 * creates them, so that it leaves an event, if the caller may do that. */
extern void dbc_event_need_tables(dbc_host *host);

/* Stores the event of something that has failed outside of a call of the user;
 * arguments are JSON. */
extern void dbc_event_add_failure(dbc_host *host, const char *function,
								  const char *arguments);

/* ---- core/event_arguments.c ---- */

/* The arguments of the call as a JSON object, without secrets. */
extern const char *dbc_event_arguments(dbc_host *host);

#endif /* DBC_CORE_EVENT_H */
