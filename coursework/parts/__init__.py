"""The parts of the lab: their probes, and beside them their data.

``functions`` has the probes of what students write as functions and classes,
``results`` those of what they compute. The data of a part, such as
``rnn.toml``, are its properties, and the mistakes that its check knows.
"""
