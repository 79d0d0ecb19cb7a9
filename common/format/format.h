/*
 * format.h
 *	  What the readers of migration files share: format/format.c and format_*.c.
 *
 * A format is a rule for the names of files and for marks inside them; the
 * facts are from the tools' own documentation and sources.  A reader turns
 * files into registrations, in any order; format/format.c puts those of one
 * version together.  A file that is not what its format wants fails with its
 * name and line, so that a typing error never drops a migration silently.
 */
#ifndef DBC_FORMAT_FORMAT_H
#define DBC_FORMAT_FORMAT_H

#include "common/format/host.h"

/* All that is given about a migration. */
typedef struct dbc_format_registration
{
	const char *version;
	bool text_version; /* 1 and 01 are two versions */
	const char *order; /* key of its place, if versions do not tell; or NULL */
	const char *name;
	const char *description;
	const char *kind;
	const char *up_sql;
	const char *down_sql;
	const char *verify_sql;
	const char **depends_on; /* ended by NULL, or NULL */
	bool transactional;
	bool repeatable;
	const char **environments; /* ended by NULL, or NULL */
	const char *source;
	const char *up_file;
	int up_line;
	const char *down_file;
	int down_line;
} dbc_format_registration;

/* Reads files of a format (NULL: to be detected), in the order of its tool. */
extern dbc_format_registration *dbc_format_read(dbc_host *host,
												const dbc_file *files,
												int nfiles, const char **format,
												int *count);

/* Names of the formats, ended by NULL. */
extern const char *const dbc_format_names[];

/* The files *.sql, *.toml, *.plan and *.conf below a directory, sub-directories
 * to a depth of five, in byte order of their names. */
extern const dbc_file *dbc_format_read_directory(dbc_host *host,
												 const char *path, int *nfiles);

/* Fails because a file or directory cannot be read, with an errno; what is
 * "file" or "directory". */
extern _Noreturn void dbc_format_refuse_path(dbc_host *host, const char *what,
											 const char *path, int number);

/* The files of a JSON object {"file name": "text"}; what names the argument. */
extern const dbc_file *dbc_format_read_json_files(dbc_host *host,
												  const char *json,
												  const char *what,
												  int *nfiles);

typedef struct dbc_format_reader dbc_format_reader;

/* How a tool compares migrations. */
typedef enum dbc_format_order
{
	DBC_BY_VERSION, /* naturally, as dbcare itself does */
	DBC_BY_VALUE,	/* numbers of any length in the version */
	DBC_BY_TEXT,	/* the bytes of the version */
	DBC_BY_FILE,	/* the bytes of the file's name */
	DBC_BY_PREFIX,	/* the number that the file's name begins with, then that
					 * name; files without a number last */
	DBC_BY_TIME		/* the version, which with 17 digits is a time in UTC, and
					 * else may be milliseconds since 1970 */
} dbc_format_order;

typedef struct dbc_format_type
{
	const char *name;
	const char *files; /* what its files are called, for errors */

	/* Whether a file can be of no other format that comes later in the list.
	 */
	bool (*claims)(const dbc_file *file);

	/* Reads one file.  It sees all files there are, except that without
	 * all_files it sees .sql files only. */
	void (*read)(dbc_format_reader *reader, const dbc_file *file);
	bool all_files;
	bool up_optional; /* without an up script a migration does nothing */
	dbc_format_order order;
	bool text_versions; /* 1 and 01 are two versions */

	/* Adds what only all files together tell; may be NULL. */
	void (*finish)(dbc_format_reader *reader);
} dbc_format_type;

struct dbc_format_reader
{
	dbc_host *host;
	const dbc_format_type *format;
	const dbc_format_type *const *formats; /* all, in order */
	const dbc_file *files;
	int nfiles;
	dbc_format_registration *found;
	int count;
};

/* The formats, in the order in which they are tried. */
#define DBC_FORMATS(X)                  \
	X(sqitch, "sqitch")                 \
	X(liquibase, "liquibase")           \
	X(diesel, "diesel")                 \
	X(goose, "goose")                   \
	X(sql_migrate, "sql-migrate")       \
	X(dbmate, "dbmate")                 \
	X(graphile, "graphile-migrate")     \
	X(node_pg, "node-pg-migrate")       \
	X(sqlx, "sqlx")                     \
	X(golang_migrate, "golang-migrate") \
	X(flyway, "flyway")                 \
	X(refinery, "refinery")             \
	X(plain, "plain")

#define DBC_DECLARE_FORMAT(id, name) \
	extern const dbc_format_type dbc_format_##id;
DBC_FORMATS(DBC_DECLARE_FORMAT)
#undef DBC_DECLARE_FORMAT

/* ---- for readers (format/reader.c) ---- */

/* Fails for a file whose name is not of the format. */
extern _Noreturn void dbc_format_refuse_name(dbc_format_reader *reader,
											 const dbc_file *file);

/* Fails because of what is at position in the text of a file; the message goes
 * on after its name: "file "x" has no end". */
extern _Noreturn void
dbc_format_refuse_line(dbc_format_reader *reader, const dbc_file *file,
					   const char *position, const char *hint,
					   const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Starts a migration without scripts.  An empty name becomes the version. */
extern dbc_format_registration *
dbc_format_start_migration(dbc_format_reader *reader, const char *version,
						   const char *name);

/* Makes all of a file, or a part of it, a script of a migration. */
extern void dbc_format_set_file(dbc_format_registration *m, bool up,
								const dbc_file *file);
extern void dbc_format_set_part(dbc_format_reader *reader,
								dbc_format_registration *m, bool up,
								const dbc_file *file, const char *start,
								const char *end);

/* The file of a name, or NULL. */
extern const dbc_file *dbc_format_find_file(const dbc_format_reader *reader,
											const char *name);

/* ---- text of files ---- */

/* The last part of a path. */
extern const char *dbc_format_base_name(const char *path);

/* The text of a file without its byte order mark. */
extern const char *dbc_format_file_text(const dbc_file *file);

/* The start of the line after the one that position is on. */
extern const char *dbc_format_next_line(const char *position);

/* What follows words in a comment that begins with them, "-- words rest" with
 * any blanks, in any case; NULL if the line is no such comment. */
extern const char *dbc_format_text_after_mark(const char *line,
											  const char *words);

/* Whether text is the words, in any case, with nothing but blanks after them up
 * to the end of the line. */
extern bool dbc_format_line_is(const char *text, const char *words);

/* Whether a line contains a word, delimited by blanks. */
extern bool dbc_format_line_has(const char *line, const char *word);

/* ---- formats with both directions in one file (format/marked.c) ---- */

typedef enum dbc_format_mark
{
	DBC_NO_MARK,
	DBC_UP_MARK,
	DBC_DOWN_MARK,
	DBC_OTHER_MARK /* belongs to the script it is in, or to none yet */
} dbc_format_mark;

/* Starts a migration of a file "<digits>_<name>.sql"; others are refused. */
extern dbc_format_registration *
dbc_format_start_numbered(dbc_format_reader *reader, const dbc_file *file);

#endif /* DBC_FORMAT_FORMAT_H */
