package smsgateway

import (
	"strings"
	"sync"
	"time"
)

// said is a person's text, or a part of one, with the answer that the message centre waits for.
type said struct {
	from, to, text string
	answer         func(error)
	alive          func() bool // false when the connection is gone; the message centre will say it again
}

// joiner puts the parts of long inbound texts together. No part is answered before the listener has kept it, so a part is
// held only for a short while: when the others don't come (a message centre with a window of one waits for the answer
// before it sends the next), those that are here are handed on singly, in their order.
type joiner struct {
	wait   time.Duration
	queue  func(number string, job func()) bool
	listen func(said)

	mu      sync.Mutex
	texts   map[joinKey]*joining
	stopped bool
}

// joinKey names a long text. Telephones use the same reference again after 256 or 65,536 texts.
type joinKey struct {
	from, to  string
	reference uint16
	of        int
}

type joining struct {
	pieces map[int][]said // by number; several when a part was said again
	timer  *time.Timer
}

func newJoiner(wait time.Duration, queue func(string, func()) bool, listen func(said)) *joiner {
	return &joiner{wait: wait, queue: queue, listen: listen, texts: map[joinKey]*joining{}}
}

// add takes a part, and hands the text on when it is the last. It is called by the number's hearer.
func (j *joiner) add(reference uint16, place partOf, p said) {
	key := joinKey{p.from, p.to, reference, place.of}
	j.mu.Lock()
	text := j.texts[key]
	if text == nil {
		text = &joining{pieces: map[int][]said{}}
		text.timer = time.AfterFunc(j.wait, func() { j.giveUp(key, text) })
		j.texts[key] = text
	}
	text.pieces[place.number] = append(text.pieces[place.number], p)
	complete := len(text.pieces) == place.of
	if complete {
		j.drop(key, text)
	}
	j.mu.Unlock()
	if complete {
		j.listen(text.whole(place.of))
	}
}

// drop forgets a text; j.mu is held.
func (j *joiner) drop(key joinKey, text *joining) {
	text.timer.Stop()
	delete(j.texts, key)
}

// giveUp hands the parts that are here on singly.
func (j *joiner) giveUp(key joinKey, text *joining) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stopped || j.texts[key] != text {
		return
	}
	j.drop(key, text)
	for number := 1; number <= key.of; number++ {
		if same := text.pieces[number]; len(same) > 0 {
			one := together(same)
			if !j.queue(key.from, func() { j.single(one) }) {
				one.answer(errBusy)
			}
		}
	}
}

// single hands a lonely part on, unless the message centre will say it again anyway.
func (j *joiner) single(p said) {
	if p.alive() {
		j.listen(p)
	}
}

// close forgets what is held: it wasn't answered, so the message centre keeps it.
func (j *joiner) close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.stopped = true
	for key, text := range j.texts {
		j.drop(key, text)
	}
}

// whole is the text of all parts, with one answer for them all.
func (t *joining) whole(of int) said {
	var text strings.Builder
	var all []said
	for number := 1; number <= of; number++ {
		text.WriteString(t.pieces[number][0].text)
		all = append(all, t.pieces[number]...)
	}
	one := together(all)
	one.text = text.String()
	return one
}

// together is the first of several pieces, with one answer for them all.
func together(pieces []said) said {
	one := pieces[0]
	one.answer = func(err error) {
		for _, p := range pieces {
			p.answer(err)
		}
	}
	return one
}
