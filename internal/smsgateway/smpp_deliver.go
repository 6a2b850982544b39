package smsgateway

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// The kinds of deliver_sm, in esm_class: SMPP 3.4 in 5.2.12.
const (
	esmKind         = 0x3C
	esmReceipt      = 0x04
	esmIntermediate = 0x20
)

var errUnreadable = errors.New("a PDU that cannot be read")

// delivery is what a deliver_sm or data_sm says.
type delivery struct {
	from, to   pdu.Address
	class      byte
	coding     byte
	header     []byte // the user data header, with its length octet
	text       []byte
	parameters map[pdu.Tag]pdu.Field
}

// readDelivery takes the body of a deliver_sm or data_sm apart. The library's own reader refuses a text with an odd user
// data header and forgets a data_coding that it doesn't know; a text of a person is too dear for that.
func readDelivery(f frame) (*delivery, error) {
	d := &delivery{parameters: map[pdu.Tag]pdu.Field{}}
	b := pdu.NewBuffer(f.body)
	_, err := b.ReadCString() // service_type
	err = errors.Join(err, d.from.Unmarshal(b), d.to.Unmarshal(b))
	if err != nil {
		return nil, errUnreadable
	}
	if f.command == data.DATA_SM {
		err = d.readDataSM(b)
	} else {
		err = d.readDeliverSM(b)
	}
	for err == nil && b.Len() > 0 {
		var p pdu.Field
		if err = p.Unmarshal(b); err == nil {
			d.parameters[p.Tag] = p
		}
	}
	if err != nil {
		return nil, errUnreadable
	}
	if payload, ok := d.parameters[pdu.TagMessagePayload]; ok && len(d.text) == 0 {
		d.text = payload.Data
	}
	d.splitHeader()
	return d, nil
}

// readDataSM reads esm_class, registered_delivery and data_coding: SMPP 3.4 in 4.7.1.
func (d *delivery) readDataSM(b *pdu.ByteBuffer) error {
	fields, err := b.ReadN(3)
	if err == nil {
		d.class, d.coding = fields[0], fields[2]
	}
	return err
}

// readDeliverSM reads what is between the addresses and the parameters: SMPP 3.4 in 4.6.1.
func (d *delivery) readDeliverSM(b *pdu.ByteBuffer) error {
	fields, err := b.ReadN(3) // esm_class, protocol_id, priority_flag
	if err != nil {
		return err
	}
	d.class = fields[0]
	for range 2 { // schedule_delivery_time, validity_period
		if _, err = b.ReadCString(); err != nil {
			return err
		}
	}
	// registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id, sm_length
	if fields, err = b.ReadN(5); err != nil {
		return err
	}
	d.coding = fields[2]
	d.text, err = b.ReadN(int(fields[4]))
	return err
}

// splitHeader takes the user data header off the text, when there is one that makes sense.
func (d *delivery) splitHeader() {
	if d.class&esmHeader == 0 || len(d.text) == 0 {
		return
	}
	if length := 1 + int(d.text[0]); length <= len(d.text) {
		d.header, d.text = d.text[:length], d.text[length:]
	}
}

// isReceipt tells a receipt from a person's text. The form of the text alone proves nothing: anybody can write it.
func (d *delivery) isReceipt() bool {
	kind := d.class & esmKind
	_, id := d.parameters[pdu.TagReceiptedMessageID]
	_, state := d.parameters[pdu.TagMessageStateOption]
	return kind == esmReceipt || kind == esmIntermediate || id && state
}

// part tells which part of a longer text this is, by header or parameters.
func (d *delivery) part() (reference uint16, place partOf) {
	if reference, place, ok := concatenation(d.header); ok {
		return reference, place
	}
	number, of := d.parameters[pdu.TagSarSegmentSeqnum].Data, d.parameters[pdu.TagSarTotalSegments].Data
	ref := d.parameters[pdu.TagSarMsgRefNum].Data
	if len(number) != 1 || len(of) != 1 || len(ref) != 2 {
		return 0, partOf{}
	}
	return binary.BigEndian.Uint16(ref), partOf{number: int(number[0]), of: int(of[0])}
}

// letters reads the text by its data_coding: SMPP 3.4 in 5.2.19, and from 10 hexadecimal on 3GPP TS 23.038 in 4.
func (d *delivery) letters(alphabet string) string {
	switch {
	case d.coding == 0x00 && alphabet == AlphabetLatin1:
		return latin1(d.text)
	case d.coding == 0x01:
		return latin1(d.text) // ASCII; whoever sends more than that means Latin 1
	case d.coding == 0x08, d.coding >= 0x10 && d.coding < 0x80 && d.coding&0x0C == 0x08, d.coding&0xF0 == 0xE0:
		return ucs2(d.text)
	case d.coding == 0x06:
		return decoded(data.CYRILLIC, d.text)
	case d.coding == 0x07:
		return decoded(data.HEBREW, d.text)
	case d.coding == 0x00, d.coding >= 0x10 && d.coding < 0x80 && d.coding&0x0C == 0,
		d.coding >= 0xC0 && d.coding < 0xE0, d.coding&0xF4 == 0xF0:
		return decoded(data.GSM7BIT, d.text)
	}
	return latin1(d.text) // Latin 1 itself, and octets of which nobody can say more
}

// decoded reads a text, and falls back on Latin 1, so that no octet gets lost.
func decoded(coding data.Encoding, text []byte) string {
	letters, err := coding.Decode(text)
	if err != nil {
		return latin1(text)
	}
	return letters
}

func latin1(text []byte) string {
	var out strings.Builder
	for _, b := range text {
		out.WriteRune(rune(b))
	}
	return out.String()
}

// ucs2 reads big-endian UTF-16, which is what telephones mean by UCS-2. An odd octet at the end is dropped.
func ucs2(text []byte) string {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(text[2*i:])
	}
	return string(utf16.Decode(units))
}
