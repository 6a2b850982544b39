package revio

import (
	"latchkey/internal/access"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

type notesCreateRequest struct {
	baseRequest
	CustomerID  int32
	Options     *notesCreateOptions
	Description string
	Title       string
}

// notesCreateOptions is what a note has beside its texts.
type notesCreateOptions struct {
	_            struct{} `soap:"Notes_Create_Options"`
	NoteTypeID   *int32   `soap:"NoteTypeID,optional"`
	Popup        *bool    `soap:"Popup,optional"`
	HighPriority *bool    `soap:"HighPriority,optional"`
	LineID       *int32   `soap:"LineID,optional"`
	OrderID      *int32   `soap:"OrderID,optional"`
}

type notesCreateResponse struct {
	baseResponse[notesCreateRequest]
	ID *int32
}

// notesCreate adds a note about a customer.
func (d *dialect) notesCreate(c *soap.Call, caller *access.Caller, req *notesCreateRequest) (*notesCreateResponse, error) {
	note := telecom.Note{Customer: telecom.CustomerID(req.CustomerID), Title: req.Title, Text: req.Description}
	if o := req.Options; o != nil {
		note.Type, note.Service, note.Order = idOf[int64](o.NoteTypeID), idOf[telecom.ServiceID](o.LineID), idOf[telecom.OrderID](o.OrderID)
		note.Popup, note.HighPriority = o.Popup != nil && *o.Popup, o.HighPriority != nil && *o.HighPriority
	}
	added, err := d.telecom.Notes.Add(c.Context, caller.Principal(), note)
	if err != nil {
		return nil, err
	}
	return &notesCreateResponse{ID: ref(added.ID)}, nil
}
