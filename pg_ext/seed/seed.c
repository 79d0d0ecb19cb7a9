/*
 * seed.c
 *	  Passwords and secrets of seeds; see common/seed/host.h.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/procedure.h"
#include "pg_ext/core/rooms.h"
#include "pg_ext/seed/seed.h"

#include "miscadmin.h"
#include "storage/lmgr.h"

#include "common/core/text.h"
#include "common/seed/host.h"

/* Kind of an advisory lock that no SQL function can acquire. */
#define LOCK_KIND 0x5eed

static void
pause_call(dbc_host *host, int milliseconds)
{
	(void) host;
	dbcpg_sleep(milliseconds);
}

/* With an advisory lock, since a standby has no other that excludes. */
static void
one_at_a_time(dbc_host *host, uint32_t key, void (*fn)(dbc_host *, void *),
			  void *arg)
{
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, DBCPG_LOCKS, key, LOCK_KIND);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
	PG_TRY();
	{
		fn(host, arg);
	}
	PG_FINALLY();
	{
		(void) LockRelease(&tag, ExclusiveLock, false);
	}
	PG_END_TRY();
}

/* ---- environment variables ---- */

static char *allowed;

void
dbcpg_seed_define_parameters(void)
{
	DefineCustomStringVariable(
		"dbcare.seed_environment",
		"Environment variables of the server, separated by commas, whose "
		"values roles other than superusers may seed as hashes.",
		NULL, &allowed, "", PGC_SUSET, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
}

/* Whether a name is in the list. */
static bool
is_allowed(const char *name)
{
	size_t length = strlen(name);

	for (const char *at = allowed; at && *at;)
	{
		size_t word;

		at += strspn(at, ", \t\n");
		word = strcspn(at, ", \t\n");
		if (word == length && strncmp(at, name, word) == 0)
			return true;
		at += word;
	}
	return false;
}

/* The environment of the server is that of its administrators. */
static const char *
read_environment(dbc_host *base, const char *name)
{
	dbcpg_host *host = dbcpg_of(base);
	const char *value;

	if (!superuser() && !is_allowed(dbcpg_from_core(name)))
		dbc_fail(base, DBC_INSUFFICIENT,
				 "Only superusers may use environment variables of the server "
				 "that dbcare.seed_environment does not list.",
				 dbc_format(base,
							"As a superuser: alter system set "
							"dbcare.seed_environment = '%s'; select "
							"pg_reload_conf();",
							name),
				 "permission denied for environment variable \"%s\"", name);
	value = getenv(dbcpg_from_core(name));
	return value ? dbcpg_to_core(host, pstrdup(value)) : NULL;
}

const dbc_seed_host dbcpg_seed_host = {
	.one_at_a_time = one_at_a_time,
	.pause = pause_call,
	.read_environment = read_environment,
};
