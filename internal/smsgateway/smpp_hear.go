package smsgateway

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"latchkey/internal/messaging"
)

const (
	hearers      = 8   // listeners called at once
	waitingHeard = 256 // what waits for one of them; more is sent back to the peer
)

// ears take what message centres deliver to the listener, and answer when it has kept it: with ESME_RX_T_APPN when it has
// not, so that the peer says it again. What comes from one number keeps its order (STOP before START); what comes from
// different numbers goes side by side, since keeping it means waiting for a disk.
type ears struct {
	gateway *SMPP
	heard   messaging.Listener
	ctx     context.Context // for the listener: it outlives Run's by the time that open requests get
	queues  [hearers]chan func()
	seed    maphash.Seed
	joiner  *joiner
	done    chan struct{}
	working sync.WaitGroup
}

func newEars(ctx context.Context, gateway *SMPP, heard messaging.Listener) *ears {
	e := &ears{gateway: gateway, heard: heard, ctx: ctx, seed: maphash.MakeSeed(), done: make(chan struct{})}
	e.joiner = newJoiner(gateway.settings.JoinTimeout, e.queue, e.received)
	for i := range e.queues {
		e.queues[i] = make(chan func(), waitingHeard)
		e.working.Go(func() { e.work(e.queues[i]) })
	}
	return e
}

// close lets the hearers finish what waits. Nothing may be delivered any more.
func (e *ears) close() {
	e.joiner.close()
	close(e.done)
	e.working.Wait()
}

func (e *ears) work(queue chan func()) {
	for {
		select {
		case job := <-queue:
			job()
			continue
		default:
		}
		select {
		case job := <-queue:
			job()
		case <-e.done:
			if len(queue) == 0 {
				return
			}
		}
	}
}

// queue puts a job behind what else concerns a number; false when too much waits there.
func (e *ears) queue(number string, job func()) bool {
	select {
	case e.queues[maphash.String(e.seed, number)%hearers] <- job:
		return true
	default:
		return false
	}
}

// delivered implements handler.
func (e *ears) delivered(l *link, f frame) {
	d, err := readDelivery(f)
	if err != nil {
		e.gateway.log.Warn("the message centre delivered what cannot be read", slog.Int("octets", len(f.body)))
		l.deliverResp(f, data.ESME_RX_P_APPN)
		return
	}
	answer := func(err error) { l.deliverResp(f, heardStatus(err)) }
	if !e.queue(d.from.Address(), func() { e.hear(l, d, answer) }) {
		answer(errBusy)
	}
}

var errBusy = errors.New("too much waits to be heard")

func heardStatus(err error) data.CommandStatusType {
	if err != nil {
		return data.ESME_RX_T_APPN
	}
	return data.ESME_ROK
}

// hear gives one delivery to the listener, or keeps it until the rest of its text is there.
func (e *ears) hear(l *link, d *delivery, answer func(error)) {
	if d.isReceipt() {
		report := d.receipt(e.gateway.settings.Alphabet)
		report.Gateway, report.At = e.gateway.name, e.gateway.now()
		e.gateway.references.find(d, &report)
		answer(e.failed("receipt", e.heard.Reported(e.ctx, report)))
		return
	}
	one := said{from: written(d.from), to: written(d.to), text: d.letters(e.gateway.settings.Alphabet), answer: answer, alive: l.alive}
	reference, place := d.part()
	if place.of > 1 && place.number >= 1 && place.number <= place.of {
		e.joiner.add(reference, place, one)
		return
	}
	e.received(one)
}

// received gives a person's text to the listener.
func (e *ears) received(p said) {
	in := messaging.Inbound{Gateway: e.gateway.name, From: p.from, To: p.to, Text: p.text, At: e.gateway.now()}
	p.answer(e.failed("text", e.heard.Received(e.ctx, in)))
}

// answeredLate implements handler: it tells what became of a part that was given up as in doubt.
func (e *ears) answeredLate(part messaging.Part, f frame) {
	report := messaging.Report{
		Gateway: e.gateway.name, Message: part.Message, Number: part.Number, From: part.From, To: part.To,
		At: e.gateway.now(), State: messaging.Submitted, ProviderID: messageID(f),
	}
	if f.status != data.ESME_ROK {
		report.State, report.Code = messaging.Failed, statusName(f.status)
	}
	_ = e.queue(part.To, func() { // without it, a receipt or the expiry decides
		_ = e.failed("late answer", e.heard.Reported(e.ctx, report))
	})
}

// failed logs that something wasn't kept.
func (e *ears) failed(what string, err error) error {
	if err != nil {
		e.gateway.log.Warn("what the message centre said was not kept", slog.String("what", what), slog.Any("error", err))
	}
	return err
}

// deliverResp answers a deliver_sm or data_sm.
func (l *link) deliverResp(f frame, status data.CommandStatusType) {
	answer := pdu.NewDeliverSMResp()
	if f.command == data.DATA_SM {
		answer = pdu.NewDataSMResp()
	}
	l.reply(answer, f.sequence, status)
}

// alive reports whether answers can still be given.
func (l *link) alive() bool { return l.why() == nil }
