/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers may write {@code null} or a lambda in any place: no two overloads take it. */
class OverloadsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.proxyheader.tlv", "io.github.proxyheader.protocol");

  static List<JavaClass> publicClasses() {
    return CLASSES.stream().filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC)).toList();
  }

  @ParameterizedTest
  @MethodSource("publicClasses")
  void overloadsDifferInTheNumberOfTheirParameters(JavaClass type) {
    Stream<String> signatures =
        type.getCodeUnits().stream()
            .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.BRIDGE))
            .map(OverloadsTest::nameAndCount);
    assertThat(signatures).doesNotHaveDuplicates();
  }

  private static String nameAndCount(JavaCodeUnit unit) {
    return unit.getName() + " of " + unit.getParameters().size();
  }
}
