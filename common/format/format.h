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
	const char *number; /* the version that the tool reads */
	bool text_version;	/* 1 and 01 are two versions */
	const char *order;	/* key of its place, if versions do not tell; or NULL */
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

/* Names, in no order. */
typedef struct dbc_format_list
{
	const char **names;
	int count;
} dbc_format_list;

/* What the caller says about files. */
typedef struct dbc_format_options
{
	const char *format;	  /* NULL: to be detected */
	const char **include; /* patterns, ended by NULL; or NULL */
	const char **exclude;
	const char *dialect; /* NULL: the engine's; "none": names have none */
	bool by_file;		 /* the name of a file is its version */
} dbc_format_options;

/* What was read of files. */
typedef struct dbc_format_set
{
	const char *format;
	const char *detected; /* why it is that format; NULL: it was given */
	dbc_format_registration *items; /* in the order of the tool */
	int count;
	dbc_format_list ignored; /* files that the tool does not read */
	dbc_format_list foreign; /* files for other databases */
} dbc_format_set;

/* Reads files; fails for what their tool refuses, with all of it. */
extern dbc_format_set dbc_format_read(dbc_host *host, const dbc_file *files,
									  int nfiles,
									  const dbc_format_options *options);

/* The first names of a list, for people. */
extern const char *dbc_format_list_text(dbc_host *host,
										const dbc_format_list *list);

/* Names of the formats, ended by NULL. */
extern const char *const dbc_format_names[];

/* The files *.sql, *.toml, *.plan and *.conf below a directory that options
 * include, sub-directories to a depth of five, in byte order of their names. */
extern const dbc_file *
dbc_format_read_directory(dbc_host *host, const char *path,
						  const dbc_format_options *options, int *nfiles);

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

	/* Reads one file; false if the tool ignores a file of that name.  It sees
	 * all files there are, except that without all_files it sees .sql files
	 * only. */
	bool (*read)(dbc_format_reader *reader, const dbc_file *file);
	bool all_files;
	int parts;			   /* of the paths of its files; 0: any number */
	bool no_file_versions; /* versions are not of files alone */
	bool up_optional;	   /* without an up script a migration does nothing */
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
	const dbc_format_options *options;
	dbc_file *files;
	int nfiles;
	bool mixed;			  /* names of files tell databases apart */
	const dbc_file *file; /* the one being read */
	dbc_format_registration *found;
	int count;
	dbc_format_list ignored;
	dbc_format_list foreign;
	dbc_error *problems;
	int nproblems;
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
	X(pop, "pop")                       \
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

/* Notes a problem, to be reported with all others. */
extern void dbc_format_add_problem(dbc_format_reader *reader,
								   dbc_error problem);

/* ---- format/merge.c ---- */

/* Makes one migration of what the files of each version gave. */
extern void dbc_format_merge(dbc_format_reader *reader);

/* Puts migrations in the order of their tool; keys are kept only if that is
 * not the order of their versions. */
extern void dbc_format_sort(dbc_format_reader *reader);

/* ---- format/detect.c ---- */

/* The format of the files, and why. */
extern const dbc_format_type *dbc_format_detect(const dbc_format_reader *reader,
												const char **reason);

/* ---- format/select.c ---- */

/* Whether the caller wants a file to be read. */
extern bool dbc_format_is_included(const dbc_format_options *options,
								   const char *path);

/* Takes the files to be read, and those that the format reads of them. */
extern void dbc_format_select(dbc_format_reader *reader, const dbc_file *files,
							  int nfiles);
extern void dbc_format_flatten(dbc_format_reader *reader);

/* Whether the number that text starts with is at most another one. */
extern bool dbc_format_fits(const char *text, const char *largest);

/* The largest version of tools with 64-bit integers. */
#define DBC_LARGEST_INT64 "9223372036854775807"

/* Adds to a list. */
extern void dbc_format_add_name(dbc_host *host, dbc_format_list *list,
								const char *name);

/* ---- text of files ---- */

/* The ".up." or ".down." of a file's name, the last one; or NULL. */
extern const char *dbc_format_find_direction(const char *name);

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
