#!/bin/bash
# Writes the table of the seam into a page, between the lines
#
#	<!-- seam: begin -->
#	<!-- seam: end -->
#
# A line per call that struct dbc_seam of common/core/seam.h, or struct dbc_<room>_host
# of common/<room>/host.h, declares, with the file of each binding that has the function
# behind it.
#
# usage: common/tools/seam.sh PAGE
set -eu
page=$(realpath "$1")
cd "$(dirname "$0")/../.."
perl - "$page" <<'PERL'
use strict;
use warnings;

sub text { local (@ARGV, $/) = @_; return scalar <> }

# The calls of each room, those of core first.
my @calls;
for my $header ("common/core/seam.h", grep { !m{/core/} } sort glob "common/*/host.h") {
	my ($room) = $header =~ m{/(\w+)/};
	my $struct = $room eq "core" ? "dbc_seam" : "dbc_${room}_host";
	my ($body) = text($header) =~ /^(?:typedef )?struct $struct\n\{\n(.*?)^\}/ms or die "$header has no $struct";
	push @calls, map { [$room, $_] } $body =~ /^\t[^\t(][^(]*\(\*(\w+)\)\(/mg;
}

my ($posix) = text("posix/backup/files.h") =~ /^#define DBC_POSIX_CALLS(.*?[^\\])\n/ms;

# The file of each function: that of a static one, and of all others.
my (%static, %shared);
for my $file (glob "{posix,common,pg_ext,sqlite_ext,wire}/*/*.c") {
	my $text = text($file);
	while ($text =~ /^(static)?[^\n#}]*\n(\w+)\(/mg) {
		$1 ? $static{$file}{$2} : $shared{$2} = $file;
	}
}

# What fills the structs of a binding: { room call } => file
sub fillings
{
	my ($wing) = @_;
	my %file;

	for my $from (glob "$wing/*/*.c") {
		my $text = text($from);
		my @filled;

		$text =~ s/\bDBC_POSIX_CALLS\b/$posix/;
		push @filled, [$1 // "core", $2] while $text =~ /\bdbc_(?:seam|([a-z]+)_host)\b[^;{}()]*\)?(?: = )?\{(.*?)\};/sg;
		for my $filled (@filled) {
			my ($room, $body) = @$filled;
			while ($body =~ /\.(\w+)\s*=\s*(\w+)/g) {
				my $place = $static{$from}{$2} // $shared{$2};
				$file{"$room $1"} = $place if $place;
			}
		}
	}
	return \%file;
}

my @wings = map { fillings($_) } qw(pg_ext sqlite_ext wire);
my $table = "| room | call | PostgreSQL | SQLite | connection |\n| --- | --- | --- | --- | --- |\n";
for my $call (@calls) {
	my ($room, $name) = @$call;
	$table .= "| `$room` | `$name` | " . join(" | ", map { $_->{"$room $name"} ? "`" . $_->{"$room $name"} . "`" : "" } @wings) . " |\n";
}

my $page = text($ARGV[0]);
$page =~ s/^(<!-- seam: begin -->\n).*?^(<!-- seam: end -->)/$1\n$table\n$2/ms;
open my $out, ">", $ARGV[0] or die;
print $out $page;
PERL
