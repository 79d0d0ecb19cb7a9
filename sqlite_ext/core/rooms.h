/*
 * rooms.h
 *	  The implementations of each room's part of the host interface, combined
 *	  by registry/main.c; and the generated table of embedded SQL.
 */
#ifndef DBCSL_CORE_ROOMS_H
#define DBCSL_CORE_ROOMS_H

#include "sqlite_ext/core/host.h"

/* The embedded SQL of this engine, generated; sorted by name. */
extern const dbc_sql dbcsl_sql[];
extern const int dbcsl_sql_count;

extern const dbc_traits dbcsl_traits;

extern const struct dbc_format_host dbcsl_format_host;
extern const struct dbc_ledger_host dbcsl_ledger_host;
extern const struct dbc_sample_host dbcsl_monitor_sample_host;
extern const struct dbc_row_host dbcsl_row_host;
extern const struct dbc_check_host dbcsl_check_host;
extern const struct dbc_lint_host dbcsl_lint_host;
extern const struct dbc_batch_host dbcsl_batch_host;
extern const struct dbc_migrate_host dbcsl_migrate_host;
extern const struct dbc_health_host dbcsl_health_host;
extern const struct dbc_monitor_host dbcsl_monitor_host;
extern const struct dbc_advise_host dbcsl_advise_host;
extern const struct dbc_audit_host dbcsl_audit_host;
extern const struct dbc_archive_host dbcsl_archive_host;
extern const struct dbc_backup_host dbcsl_backup_host;
extern const struct dbc_ops_host dbcsl_ops_host;
extern const struct dbc_sync_host dbcsl_sync_host;
extern const struct dbc_seed_host dbcsl_seed_host;

extern const dbc_rooms dbcsl_rooms;

/* Functions of a room called at points of a call; NULL: none. */
typedef struct dbcsl_hooks
{
	void (*open)(dbcsl_host *h); /* before the transaction of the call */
	void (*begin)(
		dbcsl_host *h); /* in the transaction, before the function runs */
	void (*finish)(dbcsl_host *h); /* in the transaction, after the function */
	void (*end)(dbcsl_host *h, bool done); /* after commit or rollback */
	void (*closed)(dbcsl_host *h,
				   bool done);	 /* after all resources were closed */
	void (*fail)(dbcsl_host *h); /* after an error: closes resources of the
									failed part */
	void (*close)(dbcsl_host *h);
	void (*run)(
		dbcsl_host *h,
		const dbc_statement *statement); /* before a statement of a script */
	void (*gone)(sqlite3 *db); /* a connection closes, or another copy of the
								  library is loaded into it */
} dbcsl_hooks;

extern const dbcsl_hooks dbcsl_backup_hooks;
extern const dbcsl_hooks dbcsl_batch_hooks;
extern const dbcsl_hooks dbcsl_check_hooks;
extern const dbcsl_hooks dbcsl_lint_hooks;
extern const dbcsl_hooks dbcsl_migrate_hooks;
extern const dbcsl_hooks dbcsl_monitor_hooks;
extern const dbcsl_hooks dbcsl_monitor_watch_hooks;

/* The hooks of all rooms, ended by NULL. */
extern const dbcsl_hooks *const dbcsl_all_hooks[];

/* Calls a hook of all rooms that have it. */
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
