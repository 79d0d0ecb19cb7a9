/*
 * export.h
 *	  Rows of a table as lines of text.
 */
#ifndef DBC_ARCHIVE_EXPORT_H
#define DBC_ARCHIVE_EXPORT_H

#include "common/core/host.h"

/* Fails because a file cannot be written, by the rules of errno. */
extern _Noreturn void dbc_archive_refuse_file(dbc_host *host, const char *path,
											  int number);

#endif /* DBC_ARCHIVE_EXPORT_H */
