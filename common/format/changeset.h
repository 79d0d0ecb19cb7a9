/*
 * changeset.h
 *	  The first line of a changeset of Liquibase's formatted SQL.
 */
#ifndef DBC_FORMAT_CHANGESET_H
#define DBC_FORMAT_CHANGESET_H

#include "common/format/format.h"

typedef struct dbc_format_changeset
{
	const char *author;
	const char *id;
	const char *path; /* Liquibase's name for the file, without ".sql" */
	bool left_out;	  /* for another engine; nothing else is parsed */
	bool transactional;
	bool repeatable;
} dbc_format_changeset;

/*
 * Parses the text after "--changeset" in a line of a file called path.  Fails
 * for an attribute that dbcare does not support, unless left_out.
 */
extern dbc_format_changeset
dbc_format_read_changeset(dbc_format_reader *reader, const dbc_file *file,
						  const char *line, const char *text, const char *path);

/* The value of a "key:value" in a line, or NULL. */
extern const char *dbc_format_find_attribute(dbc_host *host, const char *text,
											 const char *key);

#endif /* DBC_FORMAT_CHANGESET_H */
