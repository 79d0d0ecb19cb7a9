/*
 * lock.c
 *	  Long work that one call does at a time.
 */
#include "common/batch/batch.h"

#include "common/batch/host.h"
#include "common/core/text.h"

void
dbc_batch_lock(dbc_host *host, const char *work, const char *subject,
			   const char *hint)
{
	const char *where = "another process";
	int64_t pid;

	if (DBC_CALL(host, batch, lock)(host, work))
		return;
	/* 0 if that call has just ended */
	pid = dbc_batch_runner_of(host, work);
	if (pid != 0)
		where = dbc_format(host, "process %lld", (long long) pid);
	dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL, hint, "%s running in %s",
			 subject, where);
}

int64_t
dbc_batch_runner_of(dbc_host *host, const char *work)
{
	return DBC_CALL(host, batch, runner_of)(host, work);
}

void
dbc_batch_renew(dbc_host *host, const char *work)
{
	if (work && dbc_find_sql(host, "batch/renew"))
		dbc_query(host, "batch/renew", dbc_text(work));
}
