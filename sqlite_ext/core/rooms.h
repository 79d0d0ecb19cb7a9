/*
 * rooms.h
 *	  What rooms add to the seam, each in its own file, combined by
 *	  registry/main.c; and the generated table of embedded SQL.
 */
#ifndef DBCSL_CORE_ROOMS_H
#define DBCSL_CORE_ROOMS_H

#include "sqlite_ext/core/host.h"

/* The embedded SQL of this engine, generated; sorted by name. */
extern const dbc_sql dbcsl_sql[];
extern const int dbcsl_sql_count;

extern const struct dbc_format_host dbcsl_format_host;
extern const struct dbc_ledger_host dbcsl_ledger_host;
extern const struct dbc_sample_host dbcsl_sample_host;
extern const struct dbc_check_host dbcsl_check_host;
extern const struct dbc_lint_host dbcsl_lint_host;
extern const struct dbc_backfill_host dbcsl_backfill_host;
extern const struct dbc_migrate_host dbcsl_migrate_host;
extern const struct dbc_health_host dbcsl_health_host;
extern const struct dbc_monitor_host dbcsl_monitor_host;

extern const dbc_rooms dbcsl_rooms;

/* What a room does at points of a call; NULL: nothing. */
typedef struct dbcsl_hooks
{
	void (*open)(dbcsl_host *h);   /* before the transaction of the call */
	void (*begin)(dbcsl_host *h);  /* in it, before the function runs */
	void (*finish)(dbcsl_host *h); /* in it, after that */
	void (*end)(dbcsl_host *h, bool done);	  /* it is committed or undone */
	void (*closed)(dbcsl_host *h, bool done); /* nothing is open any more */
	void (*fail)(dbcsl_host *h); /* part of it has: closes what that had open */
	void (*close)(dbcsl_host *h);
	void (*run)(dbcsl_host *h,
				const dbc_statement *statement); /* a script does */
	void (*evaluate)(dbcsl_host *h);			 /* stored SQL is about to be */
} dbcsl_hooks;

extern const dbcsl_hooks dbcsl_check_hooks;
extern const dbcsl_hooks dbcsl_lint_hooks;
extern const dbcsl_hooks dbcsl_migrate_hooks;
extern const dbcsl_hooks dbcsl_monitor_hooks;

/* Those of all rooms, ended by NULL. */
extern const dbcsl_hooks *const dbcsl_all_hooks[];

/* Calls one of them, in every room that has it. */
#define DBCSL_CALL_HOOKS(hook, ...)                 \
	do                                              \
	{                                               \
		const dbcsl_hooks *const *room;             \
                                                    \
		for (room = dbcsl_all_hooks; *room; room++) \
			if ((*room)->hook)                      \
				(*room)->hook(__VA_ARGS__);         \
	} while (0)

/* Registers all functions on a connection. */
extern int (*const dbcsl_register_functions)(sqlite3 *db);

#endif /* DBCSL_CORE_ROOMS_H */
