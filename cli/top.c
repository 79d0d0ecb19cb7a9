/*
 * top.c
 *	  A live view of a database.
 */
#include <curses.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/interrupt.h"
#include "cli/show.h"
#include "cli/terminal.h"
#include "cli/top.h"

/* Between two looks at the database. */
#define EVERY_MS 2000

/* What is shown: columns of a function. */
#define MOST_COLUMNS 5
static const struct
{
	const char *title;
	const char *function;
	const char *options; /* NULL: it has none */
	int lines;			 /* at most, with the names of the columns */
	const char *columns[MOST_COLUMNS + 1];
} sections[] = {
	{"Alerts",
	 "dbmonitor_alerts",
	 "{\"limit\": 5}",
	 6,
	 {"severity", "object", "message"}},
	{"Connections",
	 "dbhealth_connections",
	 NULL,
	 6,
	 {"database_name", "user_name", "state", "connections", "waiting"}},
	{"Sizes", "dbhealth_size", NULL, 8, {"part", "bytes"}},
	{"Statements",
	 "dbmonitor_queries",
	 "{\"limit\": 20, \"order_by\": \"total_ms\"}",
	 21,
	 {"calls", "mean_ms", "total_ms", "query"}},
};

/* Numbers have one decimal. */
static void
round_numbers(cli_result *result)
{
	for (int i = 0; i < result->ncolumns; i++)
	{
		for (int row = 0; row < result->nrows; row++)
		{
			char **cell = cli_cell(result, row, i);
			cli_text text = {0};

			if (result->types[i] != DBC_T_REAL || !*cell)
				continue;
			cli_addf(&text, "%.1f", atof(*cell));
			free(*cell);
			*cell = text.data;
		}
	}
}

/* Puts a text on the screen from a line on, at most lines of it; returns the
 * line after it. */
static int
put_lines(int line, const char *text, int lines)
{
	while (*text && lines-- > 0 && line < LINES)
	{
		int length = (int) strcspn(text, "\n");

		mvaddnstr(line++, 0, text, length);
		text += length;
		text += *text == '\n';
	}
	return line;
}

/* Draws a section; returns the line after it. */
static int
draw_section(cli_database *db, size_t number, int line)
{
	const char *args[] = {sections[number].options};
	cli_text text = {0};
	cli_result result;

	attron(A_BOLD);
	mvaddstr(line++, 0, sections[number].title);
	attroff(A_BOLD);
	if (!cli_call(db, sections[number].function, args[0] ? args : NULL,
				  &result))
		cli_add_shown(&text, db->error.message, COLS, false);
	else
	{
		cli_choose_columns(&result, sections[number].columns);
		round_numbers(&result);
		if (result.nrows > 0)
			cli_add_table(&text, &result, COLS, 1);
		else
			cli_add(&text, "none");
		cli_free_result(&result);
	}
	line = put_lines(line, text.data, sections[number].lines);
	cli_text_free(&text);
	return line + 1;
}

/* Writes the screen.  ncurses ignores Ctrl-Z meanwhile; blocked, it takes
 * effect afterwards. */
static void
show_screen(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	refresh();
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
}

static void
draw(cli_database *db)
{
	char clock[32];
	time_t now = time(NULL);
	struct tm local;
	int line = 2;

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &local));
	erase();
	attron(A_REVERSE);
	mvprintw(0, 0, "dbcare  %s  %s  q: quit", clock,
			 db->target.engine == DBC_ON_SQLITE ? "SQLite" : "PostgreSQL");
	attroff(A_REVERSE);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]) &&
					   line < LINES && !db->error.lost;
		 i++)
		line = draw_section(db, i, line);
	show_screen();
}

/* Adds a capability of the terminal, without the pauses that old ones need. */
static void
add_capability(cli_text *out, const char *name)
{
	const char *text = tigetstr(name);

	/* (char *) -1: it is none of a text */
	if (!text || text == (const char *) -1)
		return;
	while (*text)
	{
		size_t length = strcspn(text, "$");

		cli_add_bytes(out, text, length);
		text += length;
		if (strncmp(text, "$<", 2) == 0)
			text += strcspn(text, ">");
		text += *text != '\0';
	}
}

/* Begins the view; a signal that ends the command there ends the view, too.
 * leaving is what is sent to the terminal then. */
static bool
begin_view(cli_text *leaving)
{
	cli_interrupt_restores("");
	if (!initscr())
		return false;
	add_capability(leaving, "sgr0");
	add_capability(leaving, "rmcup");
	add_capability(leaving, "cnorm");
	cli_interrupt_restores(cli_text_of(leaving));
	cbreak();
	noecho();
	curs_set(0);
	timeout(0);
	return true;
}

int
cli_top(cli_invocation *invocation)
{
	cli_database *db = &invocation->db;
	cli_text leaving = {0};
	int key;

	if (cli_width() == 0 || !cli_can_ask())
	{
		cli_complain("monitor top needs a terminal", NULL,
					 "dbcare slow, alerts and size print once.");
		return CLI_ERROR;
	}
	db->quiet = true;
	cli_without_colour();
	if (!begin_view(&leaving))
		return CLI_ERROR;
	do
	{
		draw(db);
		cli_wait_for_input(EVERY_MS);
		key = getch();
		/* a terminal that went away is not waited for */
	} while (key != 'q' && key != 'Q' && !cli_interrupted() &&
			 !db->error.lost && cli_can_ask());
	endwin();
	cli_interrupt_restores(NULL);
	cli_text_free(&leaving);
	if (!db->error.lost)
		return CLI_SOUND;
	cli_print_error(db);
	return CLI_ERROR;
}
