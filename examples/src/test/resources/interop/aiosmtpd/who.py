"""Answers EHLO with what aiosmtpd took from the header."""
import asyncio
import sys
import warnings

from aiosmtpd.smtp import SMTP

warnings.simplefilter("ignore")


class Handler:
    async def handle_PROXY(self, server, session, envelope, data):
        return True

    async def handle_EHLO(self, server, session, envelope, hostname):
        session.host_name = hostname
        data = session.proxy_data
        tlvs = dict(data.tlv) if data.version == 2 and data.rest else {}
        return "250 src=%s:%s dst=%s:%s tlvs=%s" % (
            data.src_addr, data.src_port, data.dst_addr, data.dst_port,
            ",".join("%s=%r" % item for item in tlvs.items()))


async def main():
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), proxy_protocol_timeout=10.0), "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


asyncio.run(main())
