package smsgateway

import (
	"encoding/binary"
	"sync"

	"github.com/linxGnu/gosmpp/pdu"

	"latchkey/internal/messaging"
)

// references remembers which part went out under which user_message_reference. The parameter has sixteen bits, fewer than
// our ids, so the memory is that of the last 65,536 parts of this process; what is older is told by other means.
type references struct {
	mu   sync.Mutex
	last uint16
	part map[uint16]referenced
}

type referenced struct {
	message messaging.MessageID
	number  int
	to      string
}

// newReferences begins at a random place, so that receipts for what another process sent rarely meet a part of ours.
func newReferences(first uint16) *references {
	return &references{last: first, part: map[uint16]referenced{}}
}

// name puts the part's reference into the PDU.
func (r *references) name(sm *pdu.SubmitSM, part messaging.Part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.part[r.last] = referenced{part.Message, part.Number, sm.DestAddr.Address()}
	sm.RegisterOptionalParam(pdu.Field{Tag: pdu.TagUserMessageReference, Data: binary.BigEndian.AppendUint16(nil, r.last)})
}

// find fills in which part a receipt is for, if it carries a reference of ours and is from the number we sent to.
func (r *references) find(d *delivery, report *messaging.Report) {
	reference := d.parameters[pdu.TagUserMessageReference].Data
	if len(reference) != 2 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if found, ok := r.part[binary.BigEndian.Uint16(reference)]; ok && found.to == d.from.Address() {
		report.Message, report.Number = found.message, found.number
	}
}
