/*
 * format.h
 *	  Interfaces between the readers of migration files.
 *
 * A format is a rule for file names and for marks in files, taken from the
 * tool's documentation and sources.  A reader turns files into registrations,
 * in any order; format/merge.c combines those of one version.  A file that does
 * not fit its format fails with its name and line, so that a typing error never
 * drops a migration silently.
 */
#ifndef DBC_FORMAT_FORMAT_H
#define DBC_FORMAT_FORMAT_H

#include "common/format/host.h"
#include "common/format/trust.h"

/* A migration to be registered. */
typedef struct dbc_format_registration
{
	const char *version;
	const char *number; /* the version as the tool reads it */
	bool text_version;	/* 1 and 01 are two versions */
	const char *order;	/* sort key if versions do not give the order; or
						 * NULL */
	const char *name;
	const char *description;
	const char *kind;
	const char *up_sql;
	const char *down_sql;
	const char *verify_sql;
	const char **depends_on; /* ends with NULL, or NULL */
	bool transactional;
	bool literal; /* what looks like a placeholder is none */
	bool repeatable;
	const char **environments; /* ends with NULL, or NULL */
	const char *source;
	const char *up_file;
	int up_line;
	const char *down_file;
	int down_line;
} dbc_format_registration;

/* File names, unordered. */
typedef struct dbc_format_list
{
	const char **names;
	int count;
} dbc_format_list;

/* The options of the caller. */
typedef struct dbc_format_options
{
	const char *format;	  /* NULL: detect it */
	const char **include; /* patterns, ended by NULL; or NULL */
	const char **exclude;
	const char *dialect; /* NULL: the engine's; "none": names have none */
	bool by_file;		 /* the name of a file is its version */
	const char *vars;	 /* values of placeholders, a JSON object; or NULL */
} dbc_format_options;

/* Those of a function that reads files. */
#define DBC_FORMAT_OPTIONS(given)                                             \
	{                                                                         \
		.format = (given)->format.text, .include = (given)->include.texts,    \
		.exclude = (given)->exclude.texts, .dialect = (given)->dialect.text,  \
		.by_file =                                                            \
			(given)->version.text && dbc_same((given)->version.text, "file"), \
		.vars = (given)->vars.text                                            \
	}

/* The result of reading files. */
typedef struct dbc_format_set
{
	const char *format;
	const char *detected; /* why this format was detected; NULL: it was given */
	dbc_format_registration *items; /* in the order of the tool */
	int count;
	dbc_format_list ignored;  /* files that the tool does not read */
	dbc_format_list foreign;  /* files for other databases */
	dbc_format_list programs; /* migrations that only the tool can run */
} dbc_format_set;

/* Reads files; fails with all problems in files that their tool refuses. */
extern dbc_format_set dbc_format_read(dbc_host *host, const dbc_file *files,
									  int nfiles,
									  const dbc_format_options *options);

/* The first names of a list, for a message. */
extern const char *dbc_format_list_text(dbc_host *host,
										const dbc_format_list *list);

/* The names of the formats, ending with NULL. */
extern const char *const dbc_format_names[];

/* The files of dbc_is_migration_file() below a directory that options include,
 * sub-directories to a depth of five, in byte order of their names. */
extern const dbc_file *
dbc_format_read_directory(dbc_host *host, const char *path,
						  const dbc_format_options *options, int *nfiles);

/* Fails because a file or directory cannot be read, with an errno; what is
 * "file" or "directory". */
extern _Noreturn void dbc_format_refuse_path(dbc_host *host, const char *what,
											 const char *path, int number);

/* Fails if scripts from it could be anybody's; user is that of the process. */
extern void dbc_format_require_trust(dbc_host *host, const char *what,
									 const char *path,
									 const struct stat *status, unsigned user);

/* The files of a JSON object {"file name": "text"}; what names the argument. */
extern const dbc_file *dbc_format_read_json_files(dbc_host *host,
												  const char *json,
												  const char *what,
												  int *nfiles);

typedef struct dbc_format_reader dbc_format_reader;

/* How a tool orders migrations. */
typedef enum dbc_format_order
{
	DBC_BY_VERSION, /* natural order, as in dbcare */
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
	const char *files; /* file name pattern, for messages */

	/* Whether a file cannot belong to a later format in the list. */
	bool (*claims)(const dbc_file *file);

	/* Reads one file; false if the tool ignores a file of that name.  Without
	 * all_files, only .sql files are passed. */
	bool (*read)(dbc_format_reader *reader, const dbc_file *file);
	bool all_files;
	int parts;			   /* of the paths of its files; 0: any number */
	bool no_file_versions; /* versions are not of files alone */
	bool up_optional;	   /* a migration may have no up script */
	dbc_format_order order;
	bool text_versions; /* 1 and 01 are two versions */

	/* Endings of migrations that are no SQL, up to a NULL; may be NULL. */
	const char *const *programs;

	/* Adds what depends on all files; may be NULL. */
	void (*finish)(dbc_format_reader *reader);
} dbc_format_type;

struct dbc_format_reader
{
	dbc_host *host;
	const dbc_format_type *format;
	const dbc_format_type *const *formats; /* all formats, in order */
	const dbc_format_options *options;
	dbc_file *files;
	int nfiles;
	const dbc_file *programs; /* files of dbc_is_program_file() */
	int nprograms;
	bool mixed;			  /* file names contain the database */
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
	X(drizzle, "drizzle")               \
	X(prisma, "prisma")                 \
	X(liquibase, "liquibase")           \
	X(diesel, "diesel")                 \
	X(goose, "goose")                   \
	X(sql_migrate, "sql-migrate")       \
	X(dbmate, "dbmate")                 \
	X(graphile, "graphile-migrate")     \
	X(node_pg, "node-pg-migrate")       \
	X(tern, "tern")                     \
	X(mybatis, "mybatis")               \
	X(play, "play")                     \
	X(yoyo, "yoyo")                     \
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

/* Fails for a file whose name does not fit the format. */
extern _Noreturn void dbc_format_refuse_name(dbc_format_reader *reader,
											 const dbc_file *file);

/* Fails for the line at position; the message continues after the file name:
 * "file "x" has no end". */
extern _Noreturn void
dbc_format_refuse_line(dbc_format_reader *reader, const dbc_file *file,
					   const char *position, const char *hint,
					   const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Starts a migration without scripts.  An empty name is replaced by the
 * version. */
extern dbc_format_registration *
dbc_format_start_migration(dbc_format_reader *reader, const char *version,
						   const char *name);

/* Sets a script of a migration to a whole file or to a part of one. */
extern void dbc_format_set_file(dbc_format_registration *m, bool up,
								const dbc_file *file);
extern void dbc_format_set_part(dbc_format_reader *reader,
								dbc_format_registration *m, bool up,
								const dbc_file *file, const char *start,
								const char *end);

/* The file with this name, or NULL. */
extern const dbc_file *dbc_format_find_file(const dbc_format_reader *reader,
											const char *name);

/* Adds a problem; all problems are reported together. */
extern void dbc_format_add_problem(dbc_format_reader *reader,
								   dbc_error problem);

/* ---- format/way_back.c ---- */

/* Whether a line is the mark of a way back, of any tool. */
extern bool dbc_format_is_way_back(const char *line);

/* Fails for a way up that has a way back in it. */
extern void dbc_format_refuse_ways_back(dbc_format_reader *reader);

/* ---- format/placeholder.c ---- */

/* Replaces the placeholders of scripts by the values of the option vars; fails
 * for one without a value. */
extern void dbc_format_replace_placeholders(dbc_format_reader *reader);

/* ---- format/merge.c ---- */

/* Merges the registrations of each version into one migration. */
extern void dbc_format_merge(dbc_format_reader *reader);

/* Sorts migrations in the order of their tool; sort keys are set only if that
 * is not the order of versions. */
extern void dbc_format_sort(dbc_format_reader *reader);

/* ---- format/detect.c ---- */

/* The detected format, and the reason. */
extern const dbc_format_type *dbc_format_detect(const dbc_format_reader *reader,
												const char **reason);

/* ---- format/select.c ---- */

/* Whether the options include a file. */
extern bool dbc_format_is_included(const dbc_format_options *options,
								   const char *path);

/* Takes the files to be read, and those that the format reads of them. */
extern void dbc_format_select(dbc_format_reader *reader, const dbc_file *files,
							  int nfiles);
extern void dbc_format_flatten(dbc_format_reader *reader);

/* Whether the number at the start of text is at most another number. */
extern bool dbc_format_fits(const char *text, const char *largest);

/* The largest version of tools with 64-bit integers. */
#define DBC_LARGEST_INT64 "9223372036854775807"

/* Adds a name to a list. */
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

/* The text after words in a comment "-- words rest", with any blanks and in any
 * case; NULL if the line is not such a comment. */
extern const char *dbc_format_text_after_mark(const char *line,
											  const char *words);

/* Whether the line at text consists of words, in any case, and trailing blanks.
 */
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

/* Starts a migration for a file "<digits>_<name>.sql"; fails for other names.
 */
extern dbc_format_registration *
dbc_format_start_numbered(dbc_format_reader *reader, const dbc_file *file);

#endif /* DBC_FORMAT_FORMAT_H */
