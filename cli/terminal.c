/*
 * terminal.c
 *	  What is written for a person: colour, width, questions, and text of a
 *	  database made harmless.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "cli/interrupt.h"
#include "cli/terminal.h"
#include "common/core/shown.h"

/* No text is wrapped in fewer columns. */
#define NARROWEST 8

/* How far other lines of an error or a question are indented. */
#define HANG 4

/* The widest label of a line in a report, with the blanks behind it. */
#define LABEL 12

static bool unicode;
static bool colours;
static bool output_is_terminal;
static bool write_failed;
static int write_errno;

void
cli_terminal_setup(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	setlocale(LC_CTYPE, "");
	unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	output_is_terminal = isatty(STDOUT_FILENO);
	colours = output_is_terminal && !(no_color && *no_color) &&
			  !(term && strcmp(term, "dumb") == 0);
}

void
cli_without_colour(void)
{
	colours = false;
}

static int
width_of(int fd)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");

	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return columns && atoi(columns) > 0 ? atoi(columns) : 80;
}

int
cli_width(void)
{
	return width_of(STDOUT_FILENO);
}

int
cli_error_width(void)
{
	return width_of(STDERR_FILENO);
}

bool
cli_unicode(void)
{
	return unicode || !output_is_terminal;
}

/* One character as it is shown, and its columns. */
static int
add_character(cli_text *out, const char *text, int *length)
{
	unsigned code;
	int width;
	char escape[16];

	*length = cli_utf8(text, &code);
	if (code == 0xFFFD && *length == 1)
		width =
			snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char) *text);
	else if (code == '\n')
		width = snprintf(escape, sizeof(escape), "\\n");
	else if (dbc_is_control(code))
		width = snprintf(escape, sizeof(escape),
						 code < 0x100 ? "\\x%02x" : "\\u%04x", code);
	else if (code >= 0x80 && !cli_unicode())
		width = snprintf(escape, sizeof(escape), "?");
	else
	{
		if (out)
			cli_add_bytes(out, text, (size_t) *length);
		if (code < 0x80)
			return 1;
		width = unicode ? wcwidth((wchar_t) code) : 1;
		return width < 0 ? 1 : width;
	}
	if (out)
		cli_add(out, escape);
	return width;
}

int
cli_text_width(const char *text)
{
	int width = 0;
	int length;

	for (; *text; text += length)
		width += add_character(NULL, text, &length);
	return width;
}

int
cli_longest_word(const char *text)
{
	int longest = 0;
	int width = 0;
	int length;

	for (; *text; text += length)
	{
		width += add_character(NULL, text, &length);
		if (*text == ' ' || *text == '\n')
			width = 0;
		longest = width > longest ? width : longest;
	}
	return longest;
}

int
cli_line_length(const char *text, int width)
{
	int blank = 0; /* the byte after the last one */
	int used = 0;
	int length;
	int at;

	for (at = 0; text[at] && text[at] != '\n'; at += length)
	{
		used += add_character(NULL, text + at, &length);
		/* a blank at the end of a line needs no room */
		if (used > width && text[at] != ' ')
			return blank > 0 ? blank : at > 0 ? at : length;
		if (text[at] == ' ')
			blank = at + 1;
	}
	return at;
}

void
cli_add_shown(cli_text *out, const char *text, int width, bool lines)
{
	const char *ellipsis = cli_unicode() ? "\xE2\x80\xA6" : "~";
	bool cut = width >= 0 && cli_text_width(text) > width;
	int left = cut ? width - 1 : width;
	int length;

	for (; *text; text += length)
	{
		length = 1;
		if (lines && (*text == '\n' || *text == '\t'))
			cli_add_bytes(out, text, 1);
		else if (width < 0)
			add_character(out, text, &length);
		else
		{
			int columns = add_character(NULL, text, &length);

			if (columns > left)
				break;
			left -= columns;
			add_character(out, text, &length);
		}
	}
	if (cut && width > 0)
		cli_add(out, ellipsis);
}

void
cli_add_colour(cli_text *out, cli_colour colour)
{
	static const char *const codes[] = {
		[CLI_PLAIN] = "\033[0m",   [CLI_BOLD] = "\033[1m",
		[CLI_DIM] = "\033[2m",	   [CLI_RED] = "\033[31m",
		[CLI_YELLOW] = "\033[33m", [CLI_GREEN] = "\033[32m"};

	if (colours)
		cli_add(out, codes[colour]);
}

/* Remembers the first failure: a pipe that was closed, a disk that is full. */
void
cli_put(const char *text)
{
	if (!write_failed && fputs(text, stdout) == EOF)
	{
		write_failed = true;
		write_errno = errno;
	}
}

void
cli_put_raw(const char *text)
{
	cli_text shown = {0};

	if (!output_is_terminal)
	{
		cli_put(text);
		return;
	}
	cli_add_shown(&shown, text, -1, true);
	cli_put(cli_text_of(&shown));
	cli_text_free(&shown);
}

bool
cli_output_done(void)
{
	if (!write_failed && fflush(stdout) == EOF)
	{
		write_failed = true;
		write_errno = errno;
	}
	if (!write_failed)
		return true;
	/* a reader such as head(1) that has seen enough is no failure to report */
	if (write_errno != EPIPE)
		cli_complain("could not write to standard output",
					 strerror(write_errno), NULL);
	return false;
}

/* Where a line goes on below itself: behind its label, such as "  WARNING   ",
 * or two columns further in, so that no line of a database begins where lines
 * of the command begin. */
static int
hang_of(const char *line, int indent)
{
	size_t word = strcspn(line + indent, " \n");
	size_t blanks = strspn(line + indent + word, " ");

	return blanks > 1 && word + blanks <= LABEL ? (int) (word + blanks) : 2;
}

/* Adds text in lines of at most width columns (0: as long as they are); what
 * has no room is indented by hang columns more, or if that is 0 as far as the
 * line itself says. */
static void
add_wrapped(cli_text *out, const char *text, int width, int hang)
{
	while (*text)
	{
		int indent = (int) strspn(text, " ");
		int deeper = hang > 0 ? hang : hang_of(text, indent);
		int room;

		text += indent;
		do
		{
			int length;
			char *line;

			room = width - indent > NARROWEST ? width - indent : NARROWEST;
			length = width > 0 ? cli_line_length(text, room)
							   : (int) strcspn(text, "\n");
			line = cli_copy_bytes(text, (size_t) length);
			cli_addf(out, "%*s", indent, "");
			cli_add_shown(out, line, -1, true);
			cli_trim(out);
			cli_add(out, "\n");
			free(line);
			text += length;
			indent += deeper;
			deeper = 0;
		} while (*text && *text != '\n');
		text += *text == '\n';
	}
}

void
cli_put_report(const char *text)
{
	cli_text shown = {0};

	add_wrapped(&shown, text, cli_width(), 0);
	cli_put(cli_text_of(&shown));
	cli_text_free(&shown);
}

/* Writes a line of an error.  The other lines of a text, which may have names
 * of the database, are indented: none passes for an error or a hint. */
static void
put_error_line(const char *label, const char *text)
{
	cli_text line = {0};
	cli_text shown = {0};

	cli_add(&line, label);
	for (; *text; text++)
	{
		cli_add_bytes(&line, text, 1);
		if (*text == '\n')
			cli_addf(&line, "%*s", HANG, "");
	}
	add_wrapped(&shown, line.data, cli_error_width(), HANG);
	fputs(cli_text_of(&shown), stderr);
	cli_text_free(&line);
	cli_text_free(&shown);
}

void
cli_note(const char *format, ...)
{
	va_list args;
	char *formatted;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	formatted = cli_alloc((size_t) length + 1, 1);
	va_start(args, format);
	vsnprintf(formatted, (size_t) length + 1, format, args);
	va_end(args);
	fflush(stdout);
	put_error_line("", formatted);
	free(formatted);
}

void
cli_complain(const char *message, const char *detail, const char *hint)
{
	/* what was written so far comes first */
	fflush(stdout);
	put_error_line("dbcare: ", message);
	if (detail)
		put_error_line("DETAIL:  ", detail);
	if (hint)
		put_error_line("HINT:  ", hint);
}

void
cli_complain_at(const char *message, const char *detail, const char *hint,
				const char *context)
{
	cli_complain(message, detail, hint);
	if (context)
		put_error_line("CONTEXT:  ", context);
}

bool
cli_can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool
cli_wait_for_input(int milliseconds)
{
	struct timespec limit = {milliseconds / 1000,
							 milliseconds % 1000 * 1000000L};
	sigset_t blocked;
	sigset_t before;
	fd_set input;
	bool ready;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGQUIT);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	FD_ZERO(&input);
	FD_SET(STDIN_FILENO, &input);
	ready = !cli_interrupted() &&
			pselect(STDIN_FILENO + 1, &input, NULL, NULL,
					milliseconds < 0 ? NULL : &limit, &before) == 1;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ready;
}

char *
cli_ask(const char *question)
{
	cli_text shown = {0};
	char *line = NULL;
	size_t size = 0;
	ssize_t length = -1;

	fflush(stdout);
	/* the answer follows a blank on the last line */
	add_wrapped(&shown, question, cli_error_width() - 1, HANG);
	shown.data[shown.length - 1] = ' ';
	fputs(shown.data, stderr);
	fflush(stderr);
	cli_text_free(&shown);
	if (cli_wait_for_input(-1))
		length = getline(&line, &size, stdin);
	if (length < 0)
	{
		fputs("\n", stderr);
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

char *
cli_ask_secret(const char *question)
{
	struct termios before;
	struct termios hidden;
	char *answer;

	if (tcgetattr(STDIN_FILENO, &before) != 0)
		return NULL;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t) ECHO;
	cli_interrupt_restores("");
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	answer = cli_ask(question);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	cli_interrupt_restores(NULL);
	fputs("\n", stderr);
	return answer;
}

bool
cli_ask_yes(const char *question)
{
	char *answer = cli_ask(question);
	bool yes = answer &&
			   (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);

	free(answer);
	return yes;
}
