/*
 * errors.c
 *	  Counting failed statements by SQLSTATE, in the log hook.
 *
 * The hook sees errors that end a statement of a client, not those that a
 * function handles.  It may run while the failed statement still holds locks,
 * so it takes none.
 */
#include "pg_ext/core/host.h"
#include "pg_ext/monitor/monitor.h"

static emit_log_hook_type next_log_hook = NULL;

/* Counts an error of a state. */
static void
count(dbcpg_monitor_errors *errors, uint32 state)
{
	for (int i = 0; i < DBCPG_ERROR_STATES; i++)
	{
		uint32 found = pg_atomic_read_u32(&errors->states[i]);

		if (found == 0 &&
			pg_atomic_compare_exchange_u32(&errors->states[i], &found, state))
			found = state;
		if (found == state)
		{
			pg_atomic_fetch_add_u64(&errors->counts[i], 1);
			return;
		}
	}
	pg_atomic_fetch_add_u64(&errors->others, 1);
}

/* The failed statements of the current database, or NULL. */
static dbcpg_monitor_errors *
own_errors(void)
{
	const dbcpg_monitor_target *target = dbcpg_monitor_own_target();

	return target ? &dbcpg_monitor_recorded
						 ->errors[target - dbcpg_monitor_shared->targets]
				  : NULL;
}

static void
on_log(ErrorData *error)
{
	dbcpg_monitor_errors *errors;

	if (next_log_hook)
		next_log_hook(error);
	if (error->elevel != ERROR || MyBackendType != B_BACKEND)
		return;
	errors = own_errors();
	if (errors)
		count(errors, (uint32) error->sqlerrcode);
}

void
dbcpg_monitor_install_error_hook(void)
{
	next_log_hook = emit_log_hook;
	emit_log_hook = on_log;
}

/* Returns failed statements; see monitor/host.h. */
const dbc_monitor_error_count *
dbcpg_monitor_count_errors(dbc_host *host, int *ncounts)
{
	dbcpg_monitor_errors *errors = own_errors();
	dbc_monitor_error_count *counts;

	*ncounts = 0;
	if (!errors)
		return NULL;
	counts = dbc_alloc(host, (DBCPG_ERROR_STATES + 1) * sizeof(*counts));
	for (int i = 0; i < DBCPG_ERROR_STATES; i++)
	{
		uint32 state = pg_atomic_read_u32(&errors->states[i]);

		if (state == 0)
			break;
		strlcpy(counts[*ncounts].sqlstate, unpack_sql_state((int) state),
				sizeof(counts[*ncounts].sqlstate));
		counts[(*ncounts)++].count =
			(int64) pg_atomic_read_u64(&errors->counts[i]);
	}
	counts[*ncounts].sqlstate[0] = '\0';
	counts[(*ncounts)++].count = (int64) pg_atomic_read_u64(&errors->others);
	return counts;
}
