/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.protocol.ProxyCommand;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.protocol.ProxyVersion;
import io.github.proxyheader.tlv.SslInfo;
import io.github.proxyheader.tlv.Tlv;
import io.github.proxyheader.tlv.TlvType;
import io.github.proxyheader.tlv.Tlvs;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.IntegerArbitrary;

/** Generates headers for properties, as values and as bytes. */
public final class Headers {
  private static final IntegerArbitrary PORTS = Arbitraries.integers().between(0, 65_535);

  private Headers() {}

  /** Returns headers of every kind that can be built, most of them small. */
  public static Arbitrary<ProxyHeader> any() {
    return Arbitraries.oneOf(text(), binaryOverIp(), binaryOverUnix(), addressless());
  }

  private static Arbitrary<ProxyHeader> text() {
    Arbitrary<ProxyHeader> proxied =
        Combinators.combine(inet(), inet(), Arbitraries.of(true, false))
            .as(
                (source, destination, inet6) -> {
                  ProxyHeader.Builder builder =
                      ProxyHeader.builder()
                          .version(ProxyVersion.V1)
                          .source(source)
                          .destination(destination);
                  return (inet6 ? builder.transport(ProxyTransport.TCP6) : builder).build();
                });
    return Arbitraries.frequencyOf(
        Tuple.of(9, proxied),
        Tuple.of(1, Arbitraries.just(ProxyHeader.builder().version(ProxyVersion.V1).build())));
  }

  private static Arbitrary<ProxyHeader> binaryOverIp() {
    return Combinators.combine(
            inet(), inet(), tlvs(), switches(), Arbitraries.integers().between(0, 3))
        .as(
            (source, destination, tlvs, checksum, kind) -> {
              ProxyHeader.Builder builder =
                  ProxyHeader.builder().source(source).destination(destination).tlvs(tlvs);
              checksum.forEach(builder::checksum);
              ProxyTransport natural = builder.build().transport();
              boolean inet6 = natural == ProxyTransport.TCP6;
              return builder
                  .transport(
                      switch (kind) {
                        case 0 -> null;
                        case 1 -> inet6 ? ProxyTransport.UDP6 : ProxyTransport.UDP4;
                        case 2 -> ProxyTransport.TCP6;
                        default -> ProxyTransport.UDP6;
                      })
                  .build();
            });
  }

  private static Arbitrary<ProxyHeader> binaryOverUnix() {
    Arbitrary<ProxyTransport> transports =
        Arbitraries.of(null, ProxyTransport.UNIX_STREAM, ProxyTransport.UNIX_DGRAM);
    return Combinators.combine(unix(), unix(), tlvs(), switches(), transports)
        .as(
            (source, destination, tlvs, checksum, transport) -> {
              ProxyHeader.Builder builder =
                  ProxyHeader.builder()
                      .source(source)
                      .destination(destination)
                      .transport(transport)
                      .tlvs(tlvs);
              checksum.forEach(builder::checksum);
              return builder.build();
            });
  }

  private static Arbitrary<ProxyHeader> addressless() {
    return Combinators.combine(Arbitraries.of(ProxyCommand.values()), tlvs(), switches())
        .as(
            (command, tlvs, checksum) -> {
              ProxyHeader.Builder builder = ProxyHeader.builder().command(command).tlvs(tlvs);
              checksum.forEach(builder::checksum);
              return builder.build();
            });
  }

  /** Returns a switch that is not set, off or on. */
  private static Arbitrary<List<Boolean>> switches() {
    return Arbitraries.of(List.of(), List.of(false), List.of(true));
  }

  public static Arbitrary<InetSocketAddress> inet() {
    Arbitrary<byte[]> ipv4 = bytes(4, 4);
    Arbitrary<byte[]> ipv6 =
        Arbitraries.oneOf(Arbitraries.of(0, 0, 0, 1, 0xFFFF), PORTS)
            .list()
            .ofSize(8)
            .map(
                groups -> {
                  ByteBuffer address = ByteBuffer.allocate(16);
                  groups.forEach(group -> address.putShort((short) (int) group));
                  return address.array();
                });
    return Combinators.combine(Arbitraries.oneOf(ipv4, ipv6), PORTS)
        .as((address, port) -> new InetSocketAddress(address(address), port));
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Arbitrary<DomainSocketAddress> unix() {
    Arbitrary<String> paths =
        Arbitraries.oneOf(
            Arbitraries.strings().ascii().ofMaxLength(108),
            Arbitraries.strings().withCharRange('\u0100', '\u07ff').ofMaxLength(54),
            Arbitraries.strings().withCharRange('a', 'z').ofLength(108),
            Arbitraries.strings().alpha().ofMaxLength(100).map(name -> '\0' + name));
    return paths.filter(path -> path.lastIndexOf('\0') <= 0).map(DomainSocketAddress::new);
  }

  /**
   * Vectors that a header may have: of all types, empty ones, duplicates, with views and without.
   */
  public static Arbitrary<Tlvs> tlvs() {
    Arbitrary<Integer> types =
        Arbitraries.oneOf(
            Arbitraries.of(
                TlvType.ALPN,
                TlvType.AUTHORITY,
                TlvType.NOOP,
                TlvType.UNIQUE_ID,
                TlvType.SSL,
                TlvType.NETNS,
                TlvType.AWS),
            Arbitraries.integers().between(0, 255).filter(type -> type != TlvType.CRC32C));
    Arbitrary<Tlvs> plain =
        Combinators.combine(types, bytes(0, 128))
            .as((type, value) -> Tlvs.builder().add(type, value).build());
    Arbitrary<Tlvs> checksum =
        bytes(4, 4).map(value -> Tlvs.builder().add(TlvType.CRC32C, value).build());
    Arbitrary<Tlvs> ssl = ssl().map(info -> Tlvs.builder().ssl(info).build());
    return Arbitraries.frequencyOf(Tuple.of(6, plain), Tuple.of(1, checksum), Tuple.of(1, ssl))
        .list()
        .ofMaxSize(6)
        .map(
            all -> {
              Tlvs.Builder builder = Tlvs.builder();
              all.forEach(builder::addAll);
              return builder.build();
            });
  }

  public static Arbitrary<SslInfo> ssl() {
    Arbitrary<String> ascii = Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(30);
    Arbitrary<String> utf8 =
        Arbitraries.strings()
            .withCharRange('\u00a0', '\ud7ff')
            .excludeChars('\u2028', '\u2029') // Line separators are refused.
            .ofMaxLength(30);
    Arbitrary<List<Tlv>> further =
        Combinators.combine(
                Arbitraries.oneOf(
                    Arbitraries.integers().between(0x20, 0x2A),
                    Arbitraries.integers().between(0, 255)),
                bytes(0, 8))
            .as(Tlv::of)
            .list()
            .ofMaxSize(3);
    return Combinators.combine(
            Arbitraries.integers().between(0, 7),
            Arbitraries.integers(),
            ascii,
            utf8,
            bytes(0, 64),
            Arbitraries.integers().between(0, 255),
            further)
        .as(
            (client, verify, text, name, certificate, present, others) -> {
              SslInfo.Builder builder =
                  SslInfo.builder()
                      .overSsl((client & 1) != 0)
                      .certOnConnection((client & 2) != 0)
                      .certInSession((client & 4) != 0)
                      .verifyResult(verify);
              if ((present & 1) != 0) {
                builder.version(text);
              }
              if ((present & 2) != 0) {
                builder.commonName(name);
              }
              if ((present & 4) != 0) {
                builder.cipher(text);
              }
              if ((present & 8) != 0) {
                builder.signatureAlgorithm(text).keyAlgorithm(text);
              }
              if ((present & 16) != 0) {
                builder.group(text).signatureScheme(text);
              }
              if ((present & 32) != 0) {
                builder.clientCertificate(certificate);
              }
              others.forEach(vector -> builder.add(vector.type(), vector.value()));
              return builder.build();
            });
  }

  public static Arbitrary<byte[]> bytes(int min, int max) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(min).ofMaxSize(max);
  }

  /** Returns binary headers with addresses that are built without the library and are valid. */
  public static Arbitrary<byte[]> acceptedBinary() {
    Arbitrary<byte[]> vector =
        Combinators.combine(
                Arbitraries.integers().between(0, 255).filter(type -> type != TlvType.CRC32C),
                bytes(0, 128))
            .as((type, value) -> Bytes.tlv(type, value));
    Arbitrary<List<byte[]>> vectors = vector.list().ofMaxSize(5);
    return Combinators.combine(
            Arbitraries.of(0x11, 0x12, 0x21, 0x22, 0x31, 0x32),
            addressBytes(),
            vectors,
            Arbitraries.integers().between(-4, 5))
        .as(
            (code, addresses, all, checksumAt) -> {
              int length = code >> 4 == 1 ? 12 : code >> 4 == 2 ? 36 : 216;
              byte[] body = Arrays.copyOf(addresses, length);
              int checksum = -1;
              for (int i = 0; i <= all.size(); i++) {
                if (i == checksumAt) {
                  checksum = 16 + body.length + 3;
                  body = Bytes.concat(body, Bytes.tlv(TlvType.CRC32C, new byte[4]));
                }
                body = i < all.size() ? Bytes.concat(body, all.get(i)) : body;
              }
              byte[] header = Bytes.binary(0x21, code, body);
              if (checksum >= 0) {
                ByteBuffer.wrap(header).putInt(checksum, BinaryOracle.crc32c(header));
              }
              return header;
            });
  }

  /**
   * Returns 216 bytes: any bytes, two paths with NUL or without, or two mapped addresses in front.
   */
  private static Arbitrary<byte[]> addressBytes() {
    Arbitrary<byte[]> path =
        Combinators.combine(bytes(0, 108), Arbitraries.of('/', 'a', '\0'))
            .as(
                (raw, fill) -> {
                  byte[] padded = Bytes.filled(108, fill);
                  System.arraycopy(raw, 0, padded, 0, raw.length);
                  return padded;
                });
    byte[] mapped = Bytes.hex("00000000000000000000ffff");
    return Arbitraries.oneOf(
        bytes(216, 216),
        Combinators.combine(path, path).as((a, b) -> Bytes.concat(a, b)),
        bytes(4, 4).map(ip -> Bytes.concat(mapped, ip, mapped, ip, new byte[184])));
  }

  /** Returns headers, some of them wrong, of which a few bytes were changed, added or removed. */
  public static Arbitrary<byte[]> mutated() {
    List<byte[]> seeds =
        Vectors.all().stream().map(Vector::bytes).filter(b -> b.length < 600).toList();
    Arbitrary<byte[]> start = Arbitraries.oneOf(Arbitraries.of(seeds), acceptedBinary());
    Arbitrary<List<Mutation>> mutations =
        Combinators.combine(
                Arbitraries.integers().between(0, 4),
                Arbitraries.integers().between(0, 1 << 16),
                Arbitraries.oneOf(
                    Arbitraries.of(
                        (int) ' ', (int) '\r', (int) '\n', (int) ':', (int) '.', (int) '0'),
                    Arbitraries.integers().between('0', '9'),
                    Arbitraries.integers().between(0, 255)))
            .as(Mutation::new)
            .list()
            .ofMinSize(0)
            .ofMaxSize(3);
    return Combinators.combine(start, mutations)
        .as(
            (bytes, all) -> {
              byte[] changed = bytes;
              for (Mutation mutation : all) {
                changed = mutation.apply(changed);
              }
              return changed;
            })
        .withoutEdgeCases(); // There would be more of them than tries.
  }

  private record Mutation(int kind, int where, int value) {
    byte[] apply(byte[] bytes) {
      int at = where % (bytes.length + 1);
      byte[] before = Arrays.copyOf(bytes, at);
      byte[] behind = Arrays.copyOfRange(bytes, at, bytes.length);
      return switch (kind) {
        case 0 -> Bytes.concat(before, new byte[] {(byte) value}, behind);
        case 1 ->
            behind.length == 0
                ? before
                : Bytes.concat(before, Arrays.copyOfRange(behind, 1, behind.length));
        case 2 -> before;
        case 3 ->
            Bytes.concat(before, Arrays.copyOf(behind, Math.min(behind.length, value % 8)), behind);
        default -> {
          if (behind.length > 0) {
            behind[0] = (byte) value;
          }
          yield Bytes.concat(before, behind);
        }
      };
    }
  }
}
