#!/usr/bin/perl
# A second message centre for tests, on Perl's Net::SMPP: an implementation that shares nothing with the first. It is told
# what to do by the same JSON lines as smsc.cjs, of which it knows the part that the tests of both use, and counts what it
# takes in the same way.
use strict;
use warnings;
use Encode ();
use IO::Select;
use JSON::PP;
use Net::SMPP;

$| = 1;
my $json = JSON::PP->new->utf8->canonical;
my $config = $json->decode($ARGV[0]);
my ($behaviour, @acts, @received, %taken, @order, %pending, @waiting);    # %pending by session and sequence
my ($turn, $last) = (0, 1000);
my %stats = map { $_ => 0 } qw(connections binds refused_binds submits taken doubles most_open enquiries receipts
	refused_receipts cuts early sessions waiting);
my %sessions;    # by file number: {socket, bound, hears}
my $select = IO::Select->new;

sub say_line { my ($line) = @_; print $json->encode($line), "\n" }

# lose forgets a connection; receipts that it hasn't kept wait for the next.
sub lose {
	my ($s) = @_;
	$select->remove($s->{socket});
	delete $sessions{ $s->{number} };
	for my $seq (grep { $pending{$_}{session} == $s } keys %pending) {
		my $p = delete $pending{$seq};
		unshift @waiting, $p->{receipt} if $p->{receipt};
		say_line({ n => $p->{n}, error => 'the connection is gone' }) if defined $p->{n};
	}
	close $s->{socket};
}

sub cut { my ($s) = @_; $stats{cuts}++; $s->{socket}->sockopt(Socket::SO_LINGER(), pack('ii', 1, 0)); lose($s) }

# letters takes header and text of a submit apart.
sub letters {
	my ($pdu) = @_;
	my $text = defined $pdu->{message_payload} && !length $pdu->{short_message} ? $pdu->{message_payload} : $pdu->{short_message};
	my $udh = '';
	if ($pdu->{esm_class} & 0x40) {
		my $length = 1 + ord $text;
		($udh, $text) = (substr($text, 0, $length), substr($text, $length));
	}
	my $coding = $pdu->{data_coding} == 8 ? 'UTF-16BE' : 'gsm0338';
	return (Encode::decode($coding, $text), unpack('H*', $udh));
}

sub take {
	my ($pdu, $text, $udh) = @_;
	my $id = ++$last;
	my $key = join '|', $pdu->{destination_addr}, $text, $udh;
	$stats{taken}++;
	if ($taken{$key}) { $stats{doubles}++; $taken{$key}{times}++ }
	else { push @order, $taken{$key} = { to => $pdu->{destination_addr}, text => $text, times => 1, id => "$id" } }
	if (($behaviour->{receipts} // 'none') ne 'none' && $pdu->{registered_delivery}) {
		push @waiting, receipt($pdu, $id, $text);
	}
	return "$id";
}

sub receipt {
	my ($pdu, $id, $text) = @_;
	my $shown = ($behaviour->{receipt_base} // '') eq 'hex' ? sprintf('%X', $id) : $id;
	my %r = (
		source_addr => $pdu->{destination_addr}, source_addr_ton => $pdu->{dest_addr_ton}, source_addr_npi => $pdu->{dest_addr_npi},
		destination_addr => $pdu->{source_addr}, dest_addr_ton => $pdu->{source_addr_ton}, dest_addr_npi => $pdu->{source_addr_npi},
		esm_class => 4, data_coding => 0, short_message => '');
	if ($behaviour->{receipts} ne 'tlv') {
		$r{short_message} = "id:$shown sub:001 dlvrd:001 submit date:2611220100 done date:2611220101 stat:DELIVRD err:000 text:"
			. Encode::encode('gsm0338', substr $text, 0, 20);
	}
	if ($behaviour->{receipts} ne 'text') {
		$r{receipted_message_id} = "$shown\0";
		$r{message_state} = "\2";
	}
	$r{user_message_reference} = $pdu->{user_message_reference} if defined $pdu->{user_message_reference};
	return \%r;
}

# pump gives what waits to a session that listens.
sub pump {
	my ($s) = grep { $_->{hears} } values %sessions;
	while ($s && @waiting) {
		my $r = shift @waiting;
		my $seq = $s->{socket}->deliver_sm(%$r, async => 1);
		$pending{"$s->{number}:$seq"} = { session => $s, receipt => $r };
	}
}

sub submit {
	my ($s, $pdu) = @_;
	$turn++;
	my $act = shift @acts;
	for my $rule (@{ $behaviour->{faults} // [] }) {
		$act //= $rule->{act} if $turn % $rule->{every} == ($rule->{at} // 0);
	}
	$act //= $behaviour->{act} // 'ok';
	my ($text, $udh) = letters($pdu);
	$stats{submits}++;
	push @received, {
		sequence => $pdu->{seq}, from => $pdu->{source_addr}, from_ton => $pdu->{source_addr_ton}, from_npi => $pdu->{source_addr_npi},
		to => $pdu->{destination_addr}, to_ton => $pdu->{dest_addr_ton}, to_npi => $pdu->{dest_addr_npi}, text => $text,
		coding => $pdu->{data_coding}, esm_class => $pdu->{esm_class}, validity => $pdu->{validity_period},
		registered => $pdu->{registered_delivery}, udh => length $udh ? substr($udh, 2) : '', sar => '',
		payload => defined $pdu->{message_payload} ? JSON::PP::true : JSON::PP::false,
		reference => defined $pdu->{user_message_reference} ? unpack('n', $pdu->{user_message_reference}) : -1, act => $act };
	my $answer = sub { $s->{socket}->submit_sm_resp(seq => $pdu->{seq}, message_id => '', @_) };
	return $answer->(status => 0x58) if $act eq 'throttle';
	return $answer->(status => 0x14) if $act eq 'queue_full';
	return cut($s) if $act eq 'cut_untaken';
	return $answer->(status => $act + 0) if $act =~ /^\d+$/;
	my $id = take($pdu, $text, $udh);
	return cut($s) if $act eq 'cut_before';
	return if $act eq 'ignore';
	$answer->(message_id => $id);
	return cut($s) if $act eq 'cut_after';
	return;
}

sub bind_request {
	my ($s, $pdu) = @_;
	my %answer = (seq => $pdu->{seq}, system_id => 'perl');
	my $good = $pdu->{system_id} eq $config->{system_id} && $pdu->{password} eq $config->{password};
	if ($good) { $stats{binds}++; $s->{bound} = 1 }
	else { $stats{refused_binds}++; $answer{status} = 0x0e }
	my $kind = { 1 => 'receiver', 2 => 'transmitter', 9 => 'transceiver' }->{ $pdu->{cmd} };
	my $reply = "bind_${kind}_resp";
	$s->{socket}->$reply(%answer);
	return lose($s) unless $good;
	$s->{hears} = $kind ne 'transmitter';
	pump();
	return;
}

# answered takes the answer to a deliver_sm or enquire_link of ours.
sub answered {
	my ($s, $pdu) = @_;
	my $p = delete $pending{"$s->{number}:$pdu->{seq}"} or return;
	if ($p->{receipt}) {
		if ($pdu->{status}) { $stats{refused_receipts}++; push @waiting, $p->{receipt} }
		else { $stats{receipts}++ }
		return;
	}
	say_line({ n => $p->{n}, status => $pdu->{status}, answers => 1 });
	return;
}

sub hear {
	my ($s) = @_;
	local $SIG{__WARN__} = sub { };    # it warns at every end of a connection
	my $pdu = $s->{socket}->read_pdu() or return lose($s);
	my $cmd = $pdu->{cmd};
	$stats{early}++ if !$s->{bound} && $cmd != 1 && $cmd != 2 && $cmd != 9;
	return bind_request($s, $pdu) if $cmd == 1 || $cmd == 2 || $cmd == 9;
	return submit($s, $pdu) if $cmd == 4;
	return answered($s, $pdu) if $cmd & 0x80000000;
	if ($cmd == 0x15) { $stats{enquiries}++; $s->{socket}->enquire_link_resp(seq => $pdu->{seq}); return }
	if ($cmd == 6) { $s->{socket}->unbind_resp(seq => $pdu->{seq}); return lose($s) }
	return;
}

my %commands = (
	behave => sub { $behaviour = $_[0]{behaviour}; $turn = 0; return {} },
	next => sub { push @acts, @{ $_[0]{acts} }; return {} },
	cut => sub { cut($_) for values %sessions; return {} },
	stats => sub { $stats{sessions} = keys %sessions; $stats{waiting} = @waiting + keys %pending; return { stats => \%stats } },
	taken => sub { return { taken => \@order } },
	submits => sub { return { submits => \@received } },
	unbind => sub { $_->{socket}->unbind(async => 1) for values %sessions; return {} },
	deliver => sub {
		my ($c) = @_;
		my ($s) = grep { $_->{hears} } values %sessions;
		return { error => 'nobody listens' } unless $s;
		my %pdu = (source_addr_ton => 1, source_addr_npi => 1, %{ $c->{pdu} });
		$pdu{short_message} = pack 'H*', ($c->{udh} // '') . $c->{hex} if defined $c->{hex};
		$pdu{esm_class} = 0x40 if $c->{udh};
		my $seq = $s->{socket}->deliver_sm(%pdu, async => 1);
		$pending{"$s->{number}:$seq"} = { session => $s, n => $c->{n} };
		return;
	},
	enquire => sub {
		my ($c) = @_;
		my ($s) = grep { $_->{bound} } values %sessions;
		return { answers => 0 } unless $s;
		my $seq = $s->{socket}->enquire_link(async => 1);
		$pending{"$s->{number}:$seq"} = { session => $s, n => $c->{n} };
		return;
	},
);

my $server = Net::SMPP->new_listen('127.0.0.1', port => 0) or die "cannot listen: $!";
$select->add($server, \*STDIN);
say_line({ listening => $server->sockport });
my $input = '';
while (1) {
	for my $ready ($select->can_read(0.05)) {
		if ($ready == $server) {
			my $socket = $server->accept or next;
			$stats{connections}++;
			$sessions{ fileno $socket } = { socket => $socket, number => fileno $socket, bound => 0, hears => 0 };
			$select->add($socket);
		} elsif ($ready == \*STDIN) {
			sysread(STDIN, $input, 65536, length $input) or exit 0;
			while ($input =~ s/^(.*)\n//) {
				my $c = $json->decode($1);
				my $reply = $commands{ $c->{do} }->($c) or next;
				say_line({ n => $c->{n}, %$reply });
			}
		} elsif (my $s = $sessions{ fileno($ready) // -1 }) {
			hear($s);
		}
	}
	pump();
}
