/*
 * sqitch.c
 *	  Reading sqitch projects: a plan, and the scripts it names.
 *
 * The plan alone says what there is, and in which order: each change depends
 * on the one above it.  Its scripts are looked for beside the plan, in deploy/
 * and revert/; sqitch.conf, which can put them elsewhere, is not read.  A
 * change that appears again below a tag was reworked: the scripts of what it
 * was before are called name@tag.
 *
 * Names have no order and can come again, so a version is a change's place in
 * the plan with its name: sqitch, too, only ever adds to the end of a plan that
 * has been deployed.
 *
 * Verify scripts are not taken over.  sqitch's raise an error, and undo what
 * they did, where dbcare wants a query that tells whether all is well.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

#define BLANKS " \t\r"

typedef struct change
{
	const char *line; /* in the plan */
	const char *name;
	const char *needs; /* text in its brackets, or "" */
	const char *note;  /* or NULL */
	const char *version;
	const char *script; /* name of its scripts */
} change;

typedef struct tag
{
	const char *name;
	int changes; /* number of changes above it */
} tag;

typedef struct plan
{
	dbc_format_reader *reader;
	const dbc_file *file;
	const char *directory; /* "" or with a slash at its end */
	const char *project;   /* or NULL */
	const char *line;	   /* current line */
	change *changes;
	int nchanges;
	tag *tags;
	int ntags;
} plan;

/* The text after leading blanks. */
static char *
skip_blanks(char *text)
{
	return text + strspn(text, BLANKS);
}

/* Ends text at the first of some characters; returns the text after it. */
static char *
cut(char *text, const char *characters)
{
	text += strcspn(text, characters);
	if (*text)
		*text++ = '\0';
	return text;
}

/* Removes blanks at both ends of text. */
static char *
trim(char *text)
{
	size_t length;

	text = skip_blanks(text);
	length = strlen(text);
	while (length > 0 && strchr(BLANKS, text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* The note of a line with escapes resolved; NULL if it is empty. */
static const char *
plain_note(char *note)
{
	char *to;

	note = trim(note);
	for (char *from = to = note; *from; from++, to++)
	{
		*to = *from;
		if (*from == '\\' && from[1] && strchr("nr\\", from[1]))
		{
			from++;
			*to = *from == 'n' ? '\n' : *from == 'r' ? '\r' : '\\';
		}
	}
	*to = '\0';
	return *note ? note : NULL;
}

/* ---- the lines of a plan ---- */

/* Fails for an invalid name of a change or tag. */
static void
check_name(plan *p, const char *name)
{
	static const char punctuation[] = "-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~";
	size_t length = strlen(name);

	if (length == 0 || strpbrk(name, ":@\\") || strchr(punctuation, name[0]) ||
		strchr(punctuation, name[length - 1]))
		dbc_format_refuse_line(
			p->reader, p->file, p->line,
			"Use a name that begins and ends with a letter, a digit or \"_\", "
			"and has no blank, \":\", \"@\", \"#\" or \"\\\".",
			"has the invalid name \"%s\"", name);
}

/* Whether text is a time and a planner, 2026-01-31T12:00:00Z Name <email>. */
static bool
is_stamp(const char *text)
{
	static const char shape[] = "0000-00-00T00:00:00Z";
	size_t i;

	for (i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? text[i] < '0' || text[i] > '9'
							: text[i] != shape[i])
			return false;
	text += i + strspn(text + i, BLANKS);
	i = strcspn(text, "<");
	return i > 0 && text[i] && text[i + 1] != '>' &&
		   strcspn(text + i, ">") + 1 == strlen(text + i);
}

/* Adds a tag. */
static void
add_tag(plan *p, const char *name)
{
	if (p->nchanges == 0)
		dbc_format_refuse_line(p->reader, p->file, p->line,
							   "Move the tag below its change.",
							   "has tag \"@%s\" above its first change", name);
	for (int t = 0; t < p->ntags; t++)
		if (dbc_same(p->tags[t].name, name))
			dbc_format_refuse_line(p->reader, p->file, p->line,
								   "Rename one of the tags.",
								   "has tag \"@%s\" twice", name);
	p->tags[p->ntags++] = (tag){name, p->nchanges};
}

/* Adds a change. */
static void
add_change(plan *p, const char *name, const char *needs, const char *note)
{
	int tagged = p->ntags ? p->tags[p->ntags - 1].changes : 0;

	for (int i = tagged; i < p->nchanges; i++)
		if (dbc_same(p->changes[i].name, name))
			dbc_format_refuse_line(
				p->reader, p->file, p->line,
				"Add a tag between the two: a change can be reworked only "
				"after a tag.",
				"has change \"%s\" twice without a tag between", name);
	p->changes[p->nchanges++] =
		(change){.line = p->line, .name = name, .needs = needs, .note = note};
}

/* Reads the line of a change or a tag. */
static void
read_entry(plan *p, char *text, const char *note)
{
	bool is_tag = *text == '@';
	bool reverts = *text == '-';
	char *needs = "";
	char *name;

	name = strchr("@+-", *text) ? skip_blanks(text + 1) : text;
	text = skip_blanks(cut(name, BLANKS));
	check_name(p, name);
	if (reverts)
		dbc_format_refuse_line(
			p->reader, p->file, p->line,
			"Remove the line, or add a change that reverts the other one.",
			"reverts change \"%s\"", name);
	if (*text == '[' && !is_tag)
	{
		needs = text + 1;
		text = skip_blanks(cut(needs, "]"));
	}
	if (!is_stamp(text))
		dbc_format_refuse_line(
			p->reader, p->file, p->line,
			"Write them like 2026-01-31T12:00:00Z Name <email>.",
			"has no time and planner after \"%s\"", name);
	if (is_tag)
		add_tag(p, name);
	else
		add_change(p, name, needs, note);
}

/* Reads a pragma, "%name=value"; only %project matters. */
static void
read_pragma(plan *p, char *text)
{
	char *name = trim(text + 1);
	char *value = cut(name, "=");

	if (dbc_same(trim(name), "project"))
		p->project = trim(value);
}

/* Reads all lines of a plan. */
static void
read_lines(plan *p)
{
	dbc_host *host = p->reader->host;
	size_t lines = 1;

	for (const char *line = p->file->text; *line;
		 line = dbc_format_next_line(line))
		lines++;
	p->changes = dbc_alloc(host, lines * sizeof(*p->changes));
	p->tags = dbc_alloc(host, lines * sizeof(*p->tags));
	for (const char *line = dbc_format_file_text(p->file); *line;
		 line = dbc_format_next_line(line))
	{
		char *text = dbc_copy(host, line, strcspn(line, "\n"));
		char *note = cut(text, "#");

		p->line = line;
		text = trim(text);
		if (*text == '%')
			read_pragma(p, text);
		else if (*text)
			read_entry(p, text, plain_note(note));
	}
}

/* ---- dependencies ---- */

/* The last change of this name (empty: any), down to a tag (NULL: any), above
 * the change number before; -1 if there is none. */
static int
find_change(const plan *p, const char *name, const char *tag_name, int before)
{
	int end = before;
	int t = 0;

	if (tag_name)
	{
		while (t < p->ntags && !dbc_same(p->tags[t].name, tag_name))
			t++;
		if (t == p->ntags || p->tags[t].changes > before)
			return -1;
		end = p->tags[t].changes;
	}
	while (end > 0 && *name && !dbc_same(p->changes[end - 1].name, name))
		end--;
	return end - 1;
}

/* The number of the change that "[!][project:][name][@tag]" names; -1 for a
 * conflict with a change that does not exist. */
static int
read_need(const plan *p, int number, char *word)
{
	const change *c = &p->changes[number];
	const char *whole = dbc_copy(p->reader->host, word, strlen(word));
	bool conflicts = *word == '!';
	char *name = word + conflicts;
	char *tag_name;
	int found;

	if (strchr(name, ':'))
	{
		char *project = name;

		name = cut(project, ":");
		if (!dbc_same(project, p->project))
			dbc_format_refuse_line(
				p->reader, p->file, c->line,
				"Apply that project first, and remove the dependency.",
				"has change \"%s\", which names \"%s\" of another "
				"project",
				c->name, whole);
	}
	tag_name = strchr(name, '@');
	if (tag_name)
		*tag_name++ = '\0';
	found = find_change(p, name, tag_name, number);
	if (conflicts && found >= 0)
		dbc_format_refuse_line(p->reader, p->file, c->line,
							   "Remove one of the changes.",
							   "has change \"%s\" below \"%s\", with which it "
							   "conflicts",
							   c->name, whole + 1);
	if (!conflicts && found < 0)
		dbc_format_refuse_line(
			p->reader, p->file, c->line,
			"Move the change below the required one, or correct the name.",
			"has no \"%s\" above change \"%s\", which needs it", whole,
			c->name);
	return found;
}

/* Adds a version to a NULL-terminated list, unless it is in the list. */
static void
add_once(const char **list, const char *version)
{
	while (*list && !dbc_same(*list, version))
		list++;
	*list = version;
}

/* The dependencies of a change: the change above it, and those in brackets. */
static const char **
dependencies(const plan *p, int number)
{
	const char *needs = p->changes[number].needs;
	char *word = trim(dbc_copy(p->reader->host, needs, strlen(needs)));
	const char **list =
		dbc_alloc(p->reader->host, (strlen(word) + 2) * sizeof(*list));

	if (number > 0)
		add_once(list, p->changes[number - 1].version);
	while (*word)
	{
		char *rest = skip_blanks(cut(word, BLANKS));
		int found = read_need(p, number, word);

		if (found >= 0)
			add_once(list, p->changes[found].version);
		word = rest;
	}
	return *list ? list : NULL;
}

/* ---- migrations ---- */

/* A script of a change, or NULL. */
static const dbc_file *
find_script(const plan *p, const char *directory, const char *name)
{
	return dbc_format_find_file(p->reader,
								dbc_format(p->reader->host, "%s%s/%s.sql",
										   p->directory, directory, name));
}

/*
 * The name of a change's scripts: its own, and for one that was reworked later
 * with a tag between.  There may be several: it is
 * the last one that scripts are named after.
 */
static const char *
script_of(const plan *p, int number)
{
	const char *name = p->changes[number].name;
	const char *script = NULL;
	int next = number + 1;

	while (next < p->nchanges && !dbc_same(p->changes[next].name, name))
		next++;
	if (next == p->nchanges)
		return name;
	for (int t = p->ntags - 1; t >= 0 && p->tags[t].changes > number; t--)
	{
		const char *tagged =
			dbc_format(p->reader->host, "%s@%s", name, p->tags[t].name);

		if (p->tags[t].changes > next)
			continue;
		if (find_script(p, "deploy", tagged))
			return tagged;
		if (!script)
			script = tagged;
	}
	return script;
}

/* Makes a migration from a change. */
static void
add_migration(const plan *p, int number)
{
	const change *c = &p->changes[number];
	const dbc_file *up = find_script(p, "deploy", c->script);
	const dbc_file *down = find_script(p, "revert", c->script);
	const char *title = c->note ? c->note : c->name;
	dbc_format_registration *m;

	if (!up)
		dbc_format_refuse_line(
			p->reader, p->file, c->line,
			"Put the scripts next to the plan, in deploy/ and revert/.",
			"has change \"%s\" without its script "
			"\"%sdeploy/%s.sql\"",
			c->name, p->directory, c->script);
	m = dbc_format_start_migration(
		p->reader, c->version,
		dbc_copy(p->reader->host, title, strcspn(title, "\r\n")));
	m->description = c->note;
	m->depends_on = dependencies(p, number);
	dbc_format_set_file(m, true, up);
	if (down)
		dbc_format_set_file(m, false, down);
}

/* ---- the format ---- */

/* Otherwise recognized by the pragmas at the start of a plan. */
static bool
claims_sqitch(const dbc_file *file)
{
	const char *text = dbc_format_file_text(file);

	if (dbc_same(dbc_format_base_name(file->name), "sqitch.plan"))
		return true;
	text += strspn(text, " \t\r\n");
	if (!dbc_ends_with(file->name, ".plan") || *text++ != '%')
		return false;
	text += strspn(text, " \t");
	return dbc_starts_with(text, "syntax-version") ||
		   dbc_starts_with(text, "project");
}

/* Reads a plan; other files are its scripts, or not part of sqitch. */
static bool
read_sqitch(dbc_format_reader *reader, const dbc_file *file)
{
	plan p = {.reader = reader, .file = file};

	if (!claims_sqitch(file))
		return true;
	p.directory =
		dbc_copy(reader->host, file->name,
				 (size_t) (dbc_format_base_name(file->name) - file->name));
	read_lines(&p);
	if (!p.project)
		dbc_format_refuse_line(
			reader, file, file->text,
			"Write \"%project=<name>\" at the top of the plan.",
			"has no project");
	for (int i = 0; i < p.nchanges; i++)
	{
		p.changes[i].version =
			dbc_format(reader->host, "%d-%s", i + 1, p.changes[i].name);
		p.changes[i].script = script_of(&p, i);
	}
	for (int i = 0; i < p.nchanges; i++)
		add_migration(&p, i);
	return true;
}

const dbc_format_type dbc_format_sqitch = {
	.name = "sqitch",
	.files = "sqitch.plan, deploy/<change>.sql and revert/<change>.sql",
	.claims = claims_sqitch,
	.read = read_sqitch,
	.all_files = true,
	.no_file_versions = true};
