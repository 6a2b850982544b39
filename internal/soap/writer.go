package soap

func (op *operation) frame() {}
