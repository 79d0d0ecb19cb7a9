/*
 * trust.h
 *	  Which files and directories scripts are read from.
 *
 * One of another user alone is usual: containers mount such.
 */
#ifndef DBC_FORMAT_TRUST_H
#define DBC_FORMAT_TRUST_H

#include <stdbool.h>
#include <sys/stat.h>

/* Why no script is read from one of another user, if dbc_is_anybodys(). */
#define DBC_ANYBODYS \
	"belongs to another user, and every user of this machine can write to it"

static inline bool
dbc_is_anybodys(const struct stat *status, bool is_own)
{
	return !is_own && (status->st_mode & S_IWOTH) != 0;
}

#endif /* DBC_FORMAT_TRUST_H */
