/*
 * secret.c
 *	  Keys of a call, in memory that is wiped.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_DONTDUMP */
#endif
#include "posix/backup/files.h"

#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "common/vault/key.h"

/* Memory of a secret, which follows. */
struct dbc_posix_secret
{
	struct dbc_posix_secret *next;
	size_t length; /* with this */
};

void
dbc_posix_allow_dumps(bool allowed)
{
#ifdef __linux__
	static bool before;

	if (!allowed)
		before = prctl(PR_GET_DUMPABLE) == 1;
	if (before)
		(void) prctl(PR_SET_DUMPABLE, allowed);
#else
	(void) allowed;
#endif
}

void *
dbc_posix_secret_memory(dbc_host *host, dbc_backup_files *files, size_t length)
{
	size_t whole = sizeof(struct dbc_posix_secret) + length;
	struct dbc_posix_secret *secret = mmap(NULL, whole, PROT_READ | PROT_WRITE,
										   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (secret == MAP_FAILED)
		dbc_fail(host, "53200", NULL, NULL, "out of memory");
	/* a limit of locked memory is no reason to fail */
	(void) mlock(secret, whole);
#ifdef MADV_DONTDUMP
	(void) madvise(secret, whole, MADV_DONTDUMP);
#endif
	if (!files->secrets)
		files->allow_dumps(false);
	*secret = (struct dbc_posix_secret){files->secrets, whole};
	files->secrets = secret;
	return secret + 1;
}

void
dbc_posix_forget_secrets(dbc_backup_files *files)
{
	if (!files->secrets)
		return;
	while (files->secrets)
	{
		struct dbc_posix_secret *secret = files->secrets;
		size_t length = secret->length;

		files->secrets = secret->next;
		dbc_vault_key_wipe(secret, length);
		(void) munmap(secret, length);
	}
	files->allow_dumps(true);
}
